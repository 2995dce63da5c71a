//===- DeviceEmitter.h - Pieces of device kernels ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the operations that kernels are made of: 32-bit arithmetic, barriers in
// shared memory, bulk copies, loops. Addresses in shared memory are i32 and become
// pointers at their use.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_DEVICEEMITTER_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_DEVICEEMITTER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace sparseopt::nvidia {

using Values = llvm::SmallVector<mlir::Value>;

class DeviceEmitter {
public:
  DeviceEmitter(mlir::Location loc, mlir::OpBuilder &builder)
      : b(loc, builder), i32(b.getI32Type()), i64(b.getI64Type()),
        f32(b.getF32Type()), globalPtr(getPtr(1)) {}

  mlir::ImplicitLocOpBuilder b;
  mlir::Type i32, i64, f32;
  mlir::Type globalPtr;

  //===--------------------------------------------------------------------===//
  // Arithmetic
  //===--------------------------------------------------------------------===//

  mlir::Value constant(int64_t value);
  mlir::Value constant64(uint64_t value);
  mlir::Value add(mlir::Value a, mlir::Value c);
  mlir::Value add(mlir::Value a, int64_t c);
  mlir::Value sub(mlir::Value a, int64_t c);
  mlir::Value mul(mlir::Value a, mlir::Value c);
  mlir::Value mul(mlir::Value a, int64_t c);
  mlir::Value min(mlir::Value a, mlir::Value c);
  mlir::Value bitAnd(mlir::Value a, int64_t c);
  mlir::Value bitOr(mlir::Value a, int64_t c);
  mlir::Value shr(mlir::Value a, int64_t c);
  mlir::Value cmp(mlir::arith::CmpIPredicate predicate, mlir::Value a,
                  mlir::Value c);
  mlir::Value cmp(mlir::arith::CmpIPredicate predicate, mlir::Value a,
                  int64_t c);
  mlir::Value both(mlir::Value a, mlir::Value c);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value c);
  /// i1 or i32 as a wider integer.
  mlir::Value extend(mlir::Value value, mlir::Type type);

  //===--------------------------------------------------------------------===//
  // Control flow
  //===--------------------------------------------------------------------===//

  void ifThen(mlir::Value condition, llvm::function_ref<void()> then,
              llvm::function_ref<void()> otherwise = nullptr);
  /// for (i = from; i < to; i += step), with values carried round.
  Values loop(mlir::Value from, mlir::Value to, mlir::Value step,
              mlir::ValueRange init,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);

  //===--------------------------------------------------------------------===//
  // Memory
  //===--------------------------------------------------------------------===//

  mlir::Type getPtr(unsigned space) {
    return mlir::LLVM::LLVMPointerType::get(b.getContext(), space);
  }
  /// A pointer to shared memory, as seen by this block or by the cluster.
  mlir::Value sharedPtr(mlir::Value address);
  mlir::Value clusterPtr(mlir::Value address);
  /// `base` plus `index` (i32 or i64) elements.
  mlir::Value gep(mlir::Value base, mlir::Value index, mlir::Type element);

  //===--------------------------------------------------------------------===//
  // Barriers and copies
  //===--------------------------------------------------------------------===//

  void initBarrier(mlir::Value address, int64_t arrivals);
  /// Arrives and expects bytes of copies.
  void expectBytes(mlir::Value address, int64_t bytes);
  void arrive(mlir::Value address);
  /// Waits until the phase of the given parity has ended.
  void wait(mlir::Value address, mlir::Value parity);
  /// Copies contiguous bytes to shared memory and reports them to a barrier.
  void copyBulk(mlir::Value to, mlir::Value from, int64_t bytes,
                mlir::Value barrier, mlir::Value policy);
  /// Copies a box of a tensor map; with a mask (i16) to the same place in each
  /// block of the cluster whose bit is set.
  void copyTensor(mlir::Value to, mlir::Value map, mlir::ValueRange coordinates,
                  mlir::Value barrier, mlir::Value multicast = nullptr);

  /// The number of this thread's warp, known to be the same in all its lanes.
  mlir::Value getUniformWarp(mlir::Value thread);

  /// Shared memory as one block; the symbol is made if the module has none.
  mlir::Value getSharedMemory();
};

/// A kernel in the module of the emitter, whose insertion point is then in it, with
/// launch bounds. Arguments are pointers to the input (with `mapsInput` a tensor map of
/// it), the weight, the extras and the result, and the number of tokens.
mlir::LLVM::LLVMFuncOp createKernel(DeviceEmitter &e, llvm::StringRef name,
                                    size_t numExtras, int64_t threads,
                                    bool mapsInput = true);

/// The arguments of such a kernel.
struct KernelArguments {
  KernelArguments() = default;
  explicit KernelArguments(mlir::LLVM::LLVMFuncOp kernel);

  mlir::Value x, weight;
  Values extras;
  mlir::Value y, tokens;
};

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_DEVICEEMITTER_H
