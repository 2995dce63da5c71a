//===- BindWeights.h - Weights from a checkpoint file -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Binding of named weights to a safetensors file, for tools that load models.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_IMPORT_BINDWEIGHTS_H
#define SPARSEOPT_TRANSFORMS_IMPORT_BINDWEIGHTS_H

#include "mlir/IR/BuiltinOps.h"

namespace sparseopt {

/// Gives every `dense_resource` without data the tensor of its key from the
/// safetensors file `path`, where it lies, and turns function arguments marked
/// `sparsity.weight = "name"` into weights. Reports what is missing or has
/// another dtype or shape.
mlir::LogicalResult bindWeights(mlir::ModuleOp module, llvm::StringRef path);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_IMPORT_BINDWEIGHTS_H
