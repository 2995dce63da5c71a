//===- OpFacts.h - Facts through ops without a model ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What follows from an op's indexing maps and body alone.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_OPFACTS_H
#define SPARSEOPT_ANALYSIS_SPARSITY_OPFACTS_H

#include "sparse-opt/Analysis/Sparsity/LoopNest.h"
#include "sparse-opt/Interfaces/SparsityOpInterface.h"

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"

namespace sparseopt::facts {

using GetFactsFn = std::function<const ValueFacts &(mlir::Value)>;

/// The loop nest of a linalg op on tensors. `op` has to outlive it.
LoopNest makeLinalgNest(mlir::linalg::LinalgOp op, const GetFactsFn &getFacts,
                        bool assumeFinite);

/// The loop nest of an elementwise op on ranked tensors of one shape, or on
/// scalars.
LoopNest makeElementwiseNest(mlir::Operation *op, const GetFactsFn &getFacts,
                             bool assumeFinite);

/// Evaluates `region`, whose terminator yields one value per output.
std::function<llvm::SmallVector<AbstractValue>(llvm::ArrayRef<AbstractValue>,
                                               const LoopPoint &)>
makeBody(mlir::Block *block, GetFactsFn getFacts, bool assumeFinite);

/// Whether the default rule knows `op`: a linalg op on tensors, or an elementwise
/// op of arith or math.
bool hasDefaultModel(mlir::Operation *op);

void inferDefault(mlir::Operation *op, InferContext &context);
void demandDefault(mlir::Operation *op, DemandContext &context);

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_OPFACTS_H
