//===- Emitter.h - Building blocks of CPU kernels ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thin layer over the MLIR builder in the vocabulary of kernels: i64 index
// arithmetic, pointers, f32 vectors, loops that LLVM must not unroll, and tasks
// that run in sequence or in parallel. Loops over registers are unrolled here,
// never by LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_EMITTER_H
#define SPARSE_OPT_LIB_KERNELS_CPU_EMITTER_H

#include "sparse-opt/Kernels/KernelFamily.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace sparseopt::cpu {

using Values = llvm::SmallVector<mlir::Value>;

class Emitter {
public:
  Emitter(mlir::OpBuilder &builder, mlir::Location loc, bool threaded);

  mlir::ImplicitLocOpBuilder b;
  mlir::Type i64, f32, ptr;

  //===--------------------------------------------------------------------===//
  // Integers (i64)
  //===--------------------------------------------------------------------===//

  mlir::Value constant(int64_t value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs);
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value rem(mlir::Value lhs, mlir::Value rhs);
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value ceilDiv(mlir::Value lhs, int64_t rhs);
  mlir::Value shr(mlir::Value lhs, int64_t bits);
  mlir::Value bitAnd(mlir::Value lhs, int64_t mask);
  mlir::Value cmp(mlir::arith::CmpIPredicate predicate, mlir::Value lhs,
                  mlir::Value rhs);
  mlir::Value cmp(mlir::arith::CmpIPredicate predicate, mlir::Value lhs,
                  int64_t rhs);

  //===--------------------------------------------------------------------===//
  // Memory. Indices and offsets count elements of `type`.
  //===--------------------------------------------------------------------===//

  mlir::Value gep(mlir::Value base, mlir::Value index, mlir::Type type);
  mlir::Value gep(mlir::Value base, int64_t index, mlir::Type type);
  /// Loads any scalar or vector at the alignment of its element.
  mlir::Value load(mlir::Value address, mlir::Type type);
  void store(mlir::Value value, mlir::Value address);
  mlir::Value maskedLoad(mlir::Value address, mlir::VectorType type,
                         mlir::Value mask);
  void maskedStore(mlir::Value value, mlir::Value address, mlir::Value mask);
  /// Unsigned integer of `bits` bits, extended to i64.
  mlir::Value loadIndex(mlir::Value address, unsigned bits);
  /// Fetches the line into the first, second or third cache.
  void prefetch(mlir::Value address, int64_t cache);
  /// Stack memory that lives as long as the current task.
  mlir::Value alloca(int64_t bytes);

  //===--------------------------------------------------------------------===//
  // Vectors of f32
  //===--------------------------------------------------------------------===//

  mlir::VectorType vec(int64_t lanes, mlir::Type element = {});
  mlir::Value zero(int64_t lanes);
  mlir::Value broadcast(mlir::Value scalar, int64_t lanes);
  mlir::Value fma(mlir::Value lhs, mlir::Value rhs, mlir::Value acc);
  mlir::Value shuffle(mlir::Value lhs, mlir::Value rhs,
                      llvm::ArrayRef<int64_t> mask);
  /// Extends bf16 and f16, scalar or vector, to f32.
  mlir::Value widen(mlir::Value value);
  /// Mask of the lanes i with i < count; `count` is i64 and may be negative.
  mlir::Value laneMask(mlir::Value count, int64_t lanes);
  /// Mask of the first `count` lanes.
  mlir::Value laneMask(int64_t count, int64_t lanes);
  mlir::Value intrinsic(llvm::StringRef name, mlir::Type type,
                        mlir::ValueRange args);
  /// The same value in a register, of which the code generator knows nothing:
  /// it cannot fold the load behind it into the user.
  mlir::Value opaque(mlir::Value value);
  /// Transposes `rows`, lanes x lanes, for 4, 8 or 16 lanes.
  Values transpose(const Values &rows);

  //===--------------------------------------------------------------------===//
  // Control flow
  //===--------------------------------------------------------------------===//

  using LoopBody = llvm::function_ref<Values(mlir::Value, mlir::ValueRange)>;
  /// for (i = lower; i < upper; i += step), with values carried around. LLVM is
  /// told neither to unroll nor to vectorise it.
  Values loop(mlir::Value lower, mlir::Value upper, int64_t step,
              mlir::ValueRange init, LoopBody body);
  void loop(mlir::Value lower, mlir::Value upper, int64_t step,
            llvm::function_ref<void(mlir::Value)> body);
  void ifThen(mlir::Value condition, llvm::function_ref<void()> thenBody,
              llvm::function_ref<void()> elseBody = nullptr);
  Values select(mlir::Value condition, mlir::TypeRange types,
                llvm::function_ref<Values()> thenBody,
                llvm::function_ref<Values()> elseBody);
  /// Independent tasks 0 .. count - 1; in parallel if the kernel is threaded,
  /// and then each body becomes a private function beside the kernel.
  void tasks(mlir::Value count, llvm::function_ref<void(mlir::Value)> body);

  /// The block at whose start stack memory is allocated: the function's entry
  /// or the body of a parallel task.
  mlir::Block *allocaBlock = nullptr;

private:
  bool threaded;
  /// Numbers the functions of task bodies.
  unsigned numTaskLoops = 0;
};

/// The arguments of an emitted function.
struct KernelArgs {
  mlir::Value x, w, y, tokens, scratch;
  Values extras;
};

/// Creates the private function of the kernel calling convention, with the body
/// that `body` emits. A static token count replaces the argument.
mlir::func::FuncOp
emitFunction(Emitter &e, const KernelSpec &spec, llvm::StringRef name,
             llvm::function_ref<void(const KernelArgs &)> body);

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_EMITTER_H
