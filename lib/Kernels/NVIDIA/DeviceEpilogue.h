//===- DeviceEpilogue.h - Fused epilogue of device kernels ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies the scalar epilogue of a kernel to the sums that a lane holds, and stores
// the results. Tails of tokens and outputs are handled here alone.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_DEVICEEPILOGUE_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_DEVICEEPILOGUE_H

#include "DeviceEmitter.h"
#include "sparse-opt/Kernels/KernelFamily.h"

#include <string>

namespace sparseopt::nvidia {

/// Why the epilogue of a layer cannot be fused; empty if it can.
std::string getEpilogueObstacle(const KernelSpec &spec);

class DeviceEpilogue {
public:
  /// All warps of the kernel store whole tiles of `tileRows` outputs, which may reach
  /// beyond the last one.
  DeviceEpilogue(DeviceEmitter &e, const KernelSpec &spec,
                 const KernelArguments &arguments, int64_t tileRows = 64)
      : e(e), spec(spec), arguments(arguments),
        hasRowTail(spec.outFeatures % tileRows != 0) {}

  /// Stores the sums of a 16xN tile of a warp: `sums` are the N/2 registers of the lane, `row0` is the first output of the lane's warp, `token0` the first token.
  void store(mlir::ValueRange sums, mlir::Value row0, mlir::Value token0,
             mlir::Value lane);

private:
  void storeHalves(llvm::ArrayRef<mlir::Value> results, mlir::Value row0,
                   mlir::Value token0, mlir::Value lane);
  void storeWords(llvm::ArrayRef<mlir::Value> results, mlir::Value row,
                  mlir::Value token);
  /// `fixed` holds the extras that do not depend on the token; null for others.
  mlir::Value apply(mlir::Value sum, mlir::Value row, mlir::Value token,
                    llvm::ArrayRef<mlir::Value> fixed);
  mlir::Value loadExtra(unsigned index, mlir::Value row, mlir::Value token);
  mlir::Value isRow(mlir::Value row);
  mlir::Value getAddress(mlir::Value row, mlir::Value token);

  DeviceEmitter &e;
  const KernelSpec &spec;
  const KernelArguments &arguments;
  bool hasRowTail;
};

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_DEVICEEPILOGUE_H
