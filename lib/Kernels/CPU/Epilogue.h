//===- Epilogue.h - Fused scalar epilogue on vectors ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies the scalar epilogue of a kernel to vectors of adjacent outputs of one
// token and stores the result. Every kernel ends in one of these stores, so
// tails of the output dimension are handled here alone.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_EPILOGUE_H
#define SPARSE_OPT_LIB_KERNELS_CPU_EPILOGUE_H

#include "Emitter.h"

namespace sparseopt::cpu {

class Epilogue {
public:
  /// Checks that the epilogue can be vectorised; reports at `loc` if not.
  static mlir::FailureOr<Epilogue> create(const KernelSpec &spec,
                                          mlir::Location loc);

  /// Whether the epilogue is small enough to be applied to a tile in registers
  /// rather than in a loop over the finished tile.
  bool isCheap() const { return cheap; }

  /// Stores the outputs out0 .. of `acc`, all of token `token`. `vectors` are
  /// adjacent. Outputs past the last one are left out.
  void storeRow(Emitter &e, const KernelArgs &args,
                llvm::ArrayRef<mlir::Value> acc, mlir::Value token,
                mlir::Value out0) const;

  /// Stores a tile of accumulators, acc[token][vector]. `valid` is the number
  /// of leading tokens to store; all of them if null.
  void storeTile(Emitter &e, const KernelArgs &args, llvm::ArrayRef<Values> acc,
                 mlir::Value token0, mlir::Value valid, mlir::Value out0) const;

private:
  explicit Epilogue(const KernelSpec &spec) : spec(&spec) {}

  void storeVectors(Emitter &e, const KernelArgs &args,
                    llvm::ArrayRef<mlir::Value> acc, mlir::Value token,
                    mlir::Value out0, bool masked) const;
  mlir::Value apply(Emitter &e, const KernelArgs &args, mlir::Value acc,
                    mlir::Value token, mlir::Value out, mlir::Value mask) const;
  mlir::Value loadExtra(Emitter &e, const KernelExtra &extra,
                        mlir::Value address, mlir::Value token, mlir::Value out,
                        int64_t lanes, mlir::Value mask) const;

  const KernelSpec *spec;
  bool cheap = true;
};

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_EPILOGUE_H
