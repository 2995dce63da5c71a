//===- LoadModule.h - Reading a model from a file ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every tool does with the file that it is given: map it, parse it, check
// that its weights are there.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_LOADMODULE_H
#define SPARSEOPT_TARGET_LOADMODULE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace sparseopt {

/// Parses text or bytecode. Weights of a bytecode file are used where they lie
/// in the mapped file. Every `dense_resource` must have its data, of the size
/// that its type says. Errors are emitted as diagnostics; null is returned
/// then.
/// Weights without data are first looked up in the safetensors file
/// `weightsFile`, if one is given.
mlir::OwningOpRef<mlir::ModuleOp> loadModule(llvm::StringRef path,
                                             mlir::MLIRContext &context,
                                             llvm::StringRef weightsFile = "");

/// Checks the resources of a module; see loadModule.
mlir::LogicalResult checkResources(mlir::ModuleOp module);

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_LOADMODULE_H
