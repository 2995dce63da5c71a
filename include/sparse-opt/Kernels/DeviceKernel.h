//===- DeviceKernel.h - Kernels that run on a device ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A family for a device emits a kernel instead of a function of the host, and a
// record of how to launch it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_DEVICEKERNEL_H
#define SPARSE_OPT_KERNELS_DEVICEKERNEL_H

#include "sparse-opt/Kernels/KernelFamily.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace sparseopt {

/// How the activations are read: a tensor map that the host makes from the pointer
/// and the number of tokens. x has 16-bit elements and is seen as
/// [inputs / box 0, tokens, box 0]; elements outside are zeros.
struct TensorMapRecord {
  /// Box in elements, fastest dim first: {64, tokens, blocks of 64 inputs}. The
  /// shared-memory swizzle spans 128 bytes.
  int64_t box[3] = {64, 0, 0};
};

/// What a launch needs to know. Arguments, in order: the tensor map of x (128 bytes,
/// by value) or, without one, a pointer to x, the packed weight, one pointer per extra, y, the number of tokens
/// (i32). Pointers are device pointers.
struct LaunchRecord {
  int64_t threads = 0;
  /// Dynamic shared memory; there is no static one.
  int64_t sharedBytes = 0;
  /// Tiles of rows and the tokens of a tile. The grid of a kernel that is not
  /// persistent has ceil(rowTiles / ceil(rowTiles / SMs)) blocks in x and ceil(tokens /
  /// tokenTile) in y. One that is has as many clusters in x as there are tiles of a
  /// cluster, and at most as many as run at once.
  int64_t rowTiles = 0;
  int64_t tokenTile = 0;
  bool persistent = false;
  /// Blocks of a cluster, each with its own tile of rows.
  int64_t cluster = 1;
  /// Whether the kernel may start before the one before it has ended.
  bool overlaps = false;
  /// Whether x is read through a tensor map.
  bool mapsInput = true;
  TensorMapRecord x;
};

/// A generated kernel.
struct DeviceKernel {
  mlir::LLVM::LLVMFuncOp function;
  LaunchRecord launch;
};

/// The attribute that carries the record on the kernel, "sparsity.launch".
inline constexpr llvm::StringLiteral kLaunchAttr = "sparsity.launch";
mlir::DictionaryAttr makeLaunchAttr(const LaunchRecord &record,
                                    mlir::MLIRContext *context);
LaunchRecord readLaunchAttr(mlir::DictionaryAttr attr);

/// A family whose kernels run on a device. `emit` refuses: there is no function
/// of the host.
class DeviceKernelFamily : public KernelFamily {
public:
  const DeviceKernelFamily *asDevice() const final { return this; }

  ScratchSize getScratchSize(const KernelSpec &) const override { return {}; }

  mlir::FailureOr<mlir::func::FuncOp>
  emit(const KernelSpec &spec, llvm::StringRef name, mlir::Location loc,
       mlir::OpBuilder &builder) const final;

  /// Emits the kernel `name` at the builder's insertion point, which is in a
  /// module of device code. Parameters have passed the checks of the family.
  /// Fails with a diagnostic at `loc`.
  virtual mlir::FailureOr<DeviceKernel>
  emitKernel(const KernelSpec &spec, llvm::StringRef name, mlir::Location loc,
             mlir::OpBuilder &builder) const = 0;
};

} // namespace sparseopt

#endif // SPARSE_OPT_KERNELS_DEVICEKERNEL_H
