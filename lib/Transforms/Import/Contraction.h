//===- Contraction.h - A contraction with a weight --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What normalization knows about one contraction before it rewrites it: where
// the weight comes from, which loops are tokens, outputs and inputs.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_IMPORT_CONTRACTION_H
#define SPARSEOPT_LIB_TRANSFORMS_IMPORT_CONTRACTION_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineMap.h"

#include <optional>
#include <string>

namespace sparseopt {

/// Where the values of an operand come from.
struct WeightSource {
  /// Result of a constant, of a load of an immutable global, of a reshape that
  /// alone reads one of these, or of a sparsity.weight or sparsity.prune op; or
  /// a marked function argument.
  mlir::Value root;
  /// From the loops of the contraction to the indices of `root`: a loop, or the
  /// constant 0 for a unit dim.
  mlir::AffineMap map;
};

/// Follows `operand`, read at `map`, through transposes, broadcasts, unit dims
/// and casts of its static shape to a weight.
std::optional<WeightSource> traceWeight(mlir::Value operand,
                                        mlir::AffineMap map);

/// True for ops that traceWeight looks through.
bool isTransparentForWeights(mlir::Operation *op);

/// A contraction with a weight.
struct Contraction {
  mlir::linalg::LinalgOp op;
  mlir::OpOperand *input;
  mlir::OpOperand *weight;
  WeightSource source;
  /// From loops to the indices of the activation and of the result, with the
  /// constant 0 for unit windows.
  mlir::AffineMap inputMap = {}, resultMap = {};
  /// Loops of the output dims that the activation is indexed with, in the
  /// order of the linear's token dims. Unit loops may be missing.
  llvm::SmallVector<unsigned> tokens = {};
  /// Loops of the outputs and of the contraction, in the order in which the
  /// result and the activation hold them.
  llvm::SmallVector<unsigned> outs = {}, ins = {};
  /// Whether activation and result have to be transposed so that the tokens are
  /// the leading dims.
  bool transposesActivations = false;
  /// Type in which products are summed.
  mlir::Type accumulator = {};
  /// Why the op stays in linalg; empty if it can become a linear.
  std::string reason = "";
  /// The weight of shape [out, in], once WeightTable has made it.
  mlir::Value linearWeight = {};
};

/// Recognises a product of an activation with a weight, summed. Null if `op` is
/// none; with a reason if it is one that no linear can express, or only with
/// transposed activations where `mayTranspose` is false or that costs too much.
std::optional<Contraction> matchContraction(mlir::linalg::LinalgOp op,
                                            bool mayTranspose);

/// Replaces a contraction whose weight is made by a linear, with reshapes
/// around it where unit dims or several input or output dims ask for them, and
/// transposes where the tokens are not the leading dims.
/// Non-zero initial values are added in the epilogue.
sparsity::LinearOp rewriteContraction(mlir::RewriterBase &rewriter,
                                      Contraction &contraction);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_IMPORT_CONTRACTION_H
