//===- Pointers.h - Buffers as bare pointers --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions on bare pointers keep what LLVM should know of them (that they do not
// alias, how they are aligned); functions on memrefs lose it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_LOWER_POINTERS_H
#define SPARSEOPT_LIB_TRANSFORMS_LOWER_POINTERS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace sparseopt {

/// A one-dimensional buffer of bytes without a known end at `pointer`.
mlir::Value createBytesAt(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value pointer);

/// A row-major buffer at `pointer`; `type` has the identity layout.
mlir::Value createMemRefAt(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value pointer, mlir::MemRefType type,
                           mlir::ValueRange dynamicSizes);

/// The address of a row-major buffer.
mlir::Value createPointerTo(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value memref);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_LOWER_POINTERS_H
