//===- Patterns.h - Pattern attributes and their values ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversion between the attributes of the sparsity dialect and the plain
// values of the pruning numerics.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_PATTERNS_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_PATTERNS_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Pruning/Calibrated.h"

namespace sparseopt::sparsity {

/// The pattern that an attribute stands for. An N:M attribute states its dim.
pruning::Pattern toPattern(PatternAttrInterface attr);

/// The attribute for `pattern`; N:M states its dim.
PatternAttrInterface toAttr(mlir::MLIRContext *context,
                            const pruning::Pattern &pattern);

/// The request that the attributes of a `sparsity.prune` stand for. Null if the
/// method is none of the pruning numerics.
std::optional<pruning::PruneRequest> toRequest(PatternAttrInterface pattern,
                                               MethodAttrInterface method,
                                               mlir::FloatAttr sparsity);

/// The same for a method that reads statistics; `inputDim` is the dim that the
/// weight's uses contract. None if the method reads none.
std::optional<pruning::CalibratedRequest>
toCalibratedRequest(PatternAttrInterface pattern, MethodAttrInterface method,
                    mlir::FloatAttr sparsity, int64_t inputDim);

/// Adds `pattern` to the patterns that a weight of `shape` carries, without what
/// it implies; unchanged if one of `patterns` implies it. `patterns` may be
/// null.
mlir::ArrayAttr addPattern(mlir::ArrayAttr patterns,
                           PatternAttrInterface pattern,
                           llvm::ArrayRef<int64_t> shape);

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_PATTERNS_H
