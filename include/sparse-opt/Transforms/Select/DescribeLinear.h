//===- DescribeLinear.h - Facts about a layer for kernel families -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collects what kernel families ask of a linear layer from its op and its
// weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_SELECT_DESCRIBELINEAR_H
#define SPARSEOPT_TRANSFORMS_SELECT_DESCRIBELINEAR_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Kernels/KernelFamily.h"

namespace sparseopt {

/// The family that every layer can fall back on.
constexpr llvm::StringLiteral denseFamily = "cpu.dense";

/// A sparse kernel has to be predicted faster than dense by this factor: smaller
/// gains are within the error of the model.
constexpr double requiredGain = 1.05;

/// Describes a layer whose weight is a `sparsity.weight`: sizes, types, the
/// patterns that the weight carries, its density counted on the values, and the
/// range of the token count. Fails with a located error when the weight's
/// values cannot be read.
mlir::FailureOr<LinearDesc> describeLinear(sparsity::LinearOp op,
                                           sparsity::WeightOp weight);

/// The machine that a pass works for: the description in `file` if one is given,
/// else the one of `cpu`. Reports what is wrong at `op`.
mlir::FailureOr<MachineDescription>
loadMachine(mlir::Operation *op, llvm::StringRef cpu, llvm::StringRef file);

/// The number of tokens of a layer, or ShapedType::kDynamic.
int64_t getNumTokens(LinearOpInterface op);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_SELECT_DESCRIBELINEAR_H
