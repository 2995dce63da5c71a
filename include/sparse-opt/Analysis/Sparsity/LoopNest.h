//===- LoopNest.h - Facts through a perfect loop nest -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transfer of facts and demand through ops that are a perfect loop nest over
// their operands: linalg ops, elementwise ops, linear layers.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_LOOPNEST_H
#define SPARSEOPT_ANALYSIS_SPARSITY_LOOPNEST_H

#include "sparse-opt/Analysis/Sparsity/AbstractValue.h"
#include "sparse-opt/Analysis/Sparsity/ValueFacts.h"

#include "mlir/IR/AffineMap.h"

#include <functional>

namespace sparseopt::facts {

/// Indices [begin, end) of one loop; all others are free. Loop -1 fixes none.
struct LoopPoint {
  int64_t loop = -1;
  int64_t begin = 0;
  int64_t end = 0;
};

/// An operand of a loop nest: element `map(loops)` of a tensor.
struct LoopAccess {
  ValueFacts facts;
  mlir::AffineMap map;
};

/// `for (loops) outputs = body(inputs, outputs)`.
struct LoopNest {
  /// Sizes of the loops, `dynamicSize` where not known.
  llvm::SmallVector<int64_t> sizes;
  llvm::SmallVector<bool> isReduction;
  std::vector<LoopAccess> inputs;
  /// The outputs with their values before the loops.
  std::vector<LoopAccess> outputs;
  /// Tensors that the body reads at a position of its own, with the loop that
  /// gives the index of a dim; they only say where indices of loops differ.
  struct TableAccess {
    ValueFacts facts;
    int64_t dim;
    int64_t loop;
  };
  std::vector<TableAccess> tables;
  /// Evaluates the body on the elements of the inputs and the outputs, at
  /// `point`: one value per output.
  std::function<llvm::SmallVector<AbstractValue>(
      llvm::ArrayRef<AbstractValue> arguments, const LoopPoint &point)>
      body;

  bool hasReduction() const { return llvm::is_contained(isReduction, true); }
};

/// Facts about the outputs.
std::vector<ValueFacts> inferLoopNest(const LoopNest &nest);

/// Demand on the inputs and then on the outputs' values before the loops.
/// Reads of an operand that another operand makes irrelevant do not count; that
/// other operand stays read, so that all of the demand holds together.
std::vector<Demand> demandLoopNest(const LoopNest &nest,
                                   llvm::ArrayRef<Demand> results);

/// The indices of reduction loop `loop` at which the body leaves all outputs as
/// they were, whatever else is read.
IndexSet getSkippableIndices(const LoopNest &nest, int64_t loop);

/// The support of an access in terms of the output of another access of the
/// same nest without reductions; empty where it does not carry over.
Support mapSupport(const LoopNest &nest, const LoopAccess &from,
                   const LoopAccess &to, Scalar fill);

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_LOOPNEST_H
