//===- Rewrites.h - Rewrites of the fuse phase ------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps of sparsity-fuse-elementwise, each in a file of its own.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_FUSE_REWRITES_H
#define SPARSEOPT_LIB_TRANSFORMS_FUSE_REWRITES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace sparseopt {

/// Named ops that fusion understands become `linalg.generic`, and reshapes that
/// split or merge dimensions move away from between them.
mlir::LogicalResult generalizeForFusion(mlir::FunctionOpInterface func);

/// Fuses elementwise producers until nothing changes.
mlir::LogicalResult fuseElementwiseChains(mlir::FunctionOpInterface func);

/// Moves the division of `exp(x) / sum(exp(x))` behind the contraction that
/// reads it. Returns whether anything was moved.
bool sinkDivisions(mlir::RewriterBase &rewriter,
                   mlir::FunctionOpInterface func);

/// Transposes operands that a contraction of at least `minRows` rows reads along
/// its reduction, while its result lies along another dimension; none if `minRows`
/// is 0.
void orientContractions(mlir::RewriterBase &rewriter,
                        mlir::FunctionOpInterface func, int64_t minRows);

/// The product of two inputs, added to the output: the body of a contraction of
/// floats or integers, without casts.
bool isContraction(mlir::linalg::GenericOp op);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_FUSE_REWRITES_H
