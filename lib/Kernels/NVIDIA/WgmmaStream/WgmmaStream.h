//===- WgmmaStream.h - Streamed 2:4 weights on Hopper -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "nvsp.wgmma_stream": few tokens, weights streamed once.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_WGMMASTREAM_WGMMASTREAM_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_WGMMASTREAM_WGMMASTREAM_H

#include "../DeviceEmitter.h"
#include "../DeviceEpilogue.h"
#include "../StageRing.h"
#include "sparse-opt/Kernels/DeviceKernel.h"

#include <memory>

namespace sparseopt::nvidia {

/// The shape of one kernel. A block has `groups` warpgroups that multiply, each 64
/// outputs over all inputs, and warps that copy.
struct StreamPlan {
  StreamPlan(mlir::DictionaryAttr params, int64_t outFeatures,
             int64_t inFeatures);

  RingShape ring;
  /// Stages of all inputs.
  int64_t steps;
  int64_t rowTiles;

  int64_t getRows() const { return 64 * ring.groups; }
  /// Accumulators of one lane.
  int64_t getNumSums() const { return ring.tokens / 2; }
  /// Whether registers are moved from the copying warps to the multiplying ones.
  bool movesRegisters() const { return getNumSums() >= 128; }
  int64_t getThreads() const {
    return 128 * ring.groups + (movesRegisters() ? 128 : 32);
  }
};

/// The kernel, role by role.
class StreamKernel {
public:
  StreamKernel(DeviceEmitter &e, const KernelSpec &spec,
               const StreamPlan &plan);

  mlir::LLVM::LLVMFuncOp emit(llvm::StringRef name);

private:
  void emitBody(mlir::LLVM::LLVMFuncOp kernel);
  void emitSetup();
  void emitProducer();
  void emitConsumer();
  void emitTile(mlir::Value tile, RingPlace &place);

  // The producer.
  void requestFirstStages();
  void loadInputs(mlir::Value stage, mlir::Value step);

  // The consumer.
  RingStep emitStep(RingPlace place, mlir::Value acc, mlir::ValueRange pending,
                    mlir::Value releases);
  void release(mlir::Value stage, mlir::Value condition);

  DeviceEmitter &e;
  const KernelSpec &spec;
  const StreamPlan &plan;
  StageRing ring;
  KernelArguments arguments;
  mlir::Value thread, block, workers, token0, warp, lane, leader, policy;
};

std::unique_ptr<KernelFamily> createWgmmaStreamFamily();

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_WGMMASTREAM_WGMMASTREAM_H
