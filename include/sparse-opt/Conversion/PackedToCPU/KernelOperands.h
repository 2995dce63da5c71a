//===- KernelOperands.h - Operands of kernel calls --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns the operands of a packed layer into the bare pointers that kernel
// functions take.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_PACKEDTOCPU_KERNELOPERANDS_H
#define SPARSEOPT_CONVERSION_PACKEDTOCPU_KERNELOPERANDS_H

#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Kernels/KernelFamily.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace sparseopt {

/// Builds the operands of one call. Buffers that had to be allocated for it are
/// given back by `release`.
class KernelOperands {
public:
  KernelOperands(mlir::ImplicitLocOpBuilder &builder, packed::LinearOp op)
      : builder(builder), op(op) {}

  /// The tensor or memref as a contiguous row-major memref; copies if it lies
  /// otherwise, or if its type puts it at no multiple of `alignment` bytes behind
  /// the start of its buffer.
  mlir::Value getContiguous(mlir::Value value, int64_t alignment = 1);

  /// The operand and its map over (t, o), with all token dims as one; an extra
  /// whose map has no such form is spread to the shape of the destination.
  std::pair<mlir::Value, mlir::AffineMap> getExtra(unsigned index);

  /// A buffer for the result: the destination itself on memrefs, a new one on
  /// tensors.
  mlir::Value getDestination();

  /// `destination` itself if it is contiguous and aligned, else a buffer to be
  /// copied to it.
  mlir::Value getContiguousDestination(mlir::Value destination,
                                       int64_t alignment = 1);

  /// Number of tokens as an i64.
  mlir::Value getNumTokens();

  /// Scratch memory for `tokens` tokens, or a null pointer if none is needed.
  /// The caller frees it by `releaseScratch` in the same block.
  mlir::Value getScratch(const ScratchSize &size, mlir::Value tokens);
  void releaseScratch();

  /// Pointer to the first element of a contiguous memref.
  mlir::Value getPointer(mlir::Value memref);

  /// Frees what this object allocated, after the call.
  void release();

private:
  mlir::Value allocateLike(mlir::Value value, mlir::Type elementType);
  mlir::Value allocate(mlir::MemRefType type, mlir::ValueRange sizes);

  mlir::ImplicitLocOpBuilder &builder;
  packed::LinearOp op;
  llvm::SmallVector<mlir::Value> owned;
  mlir::Value scratch;
};

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_PACKEDTOCPU_KERNELOPERANDS_H
