//===- TwoFourFamily.h - What the 2:4 families have in common ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which layers sparse tensor cores serve, and what a family says when it does not
// serve one. A family adds its targets, sizes, candidates, cost and kernel.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_TWOFOURFAMILY_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_TWOFOURFAMILY_H

#include "DeviceEmitter.h"
#include "sparse-opt/Kernels/DeviceKernel.h"

#include <string>

namespace sparseopt::nvidia {

/// The most stages in shared memory: more brought nothing.
inline constexpr int64_t kMaxStages = 8;
/// Shared memory of a block on the device that has most of it.
inline constexpr int64_t kMaxSharedBytes = 232448;
/// What reading weights again from the cache costs, as a fraction of reading them:
/// measured for `nvsp.wgmma_stream`.
inline constexpr double kSharedReads = 0.06;
/// Cycles of the synchronisation of a stage, measured for the rings of warpgroups.
inline constexpr double kSyncCycles = 60;

/// Fails if a block has less shared memory than `bytes`, whatever the device.
mlir::LogicalResult verifySharedBytes(int64_t bytes, EmitErrorFn emitError);

/// Obstacles are sentences; an empty one says that there is none.
class TwoFourFamily : public DeviceKernelFamily {
public:
  std::optional<std::string>
  whyNot(const LinearDesc &desc,
         const MachineDescription &machine) const override;
  mlir::FailureOr<DeviceKernel>
  emitKernel(const KernelSpec &spec, llvm::StringRef name, mlir::Location loc,
             mlir::OpBuilder &builder) const final;

protected:
  /// Why no kernel runs on the machine.
  virtual std::string
  getTargetObstacle(const MachineDescription &machine) const = 0;
  /// Why no kernel has these sizes.
  virtual std::string getSizeObstacle(int64_t outFeatures,
                                      int64_t inFeatures) const = 0;
  /// Why the parameters do not fit the layer.
  virtual std::string getParamObstacle(const KernelSpec &spec) const = 0;
  /// The kernel of a layer without obstacles.
  virtual DeviceKernel makeKernel(const KernelSpec &spec, llvm::StringRef name,
                                  DeviceEmitter &emitter) const = 0;
};

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_TWOFOURFAMILY_H
