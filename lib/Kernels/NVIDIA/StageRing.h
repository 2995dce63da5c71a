//===- StageRing.h - Stages in shared memory --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A ring of stages that one warp fills and warpgroups multiply. A stage holds the
// activations of some tokens, then granules of weights of the same inputs. Each stage
// has a barrier "full", which counts bytes, and one "empty".
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_STAGERING_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_STAGERING_H

#include "DeviceEmitter.h"
#include "sparse-opt/Kernels/NVIDIA/Layouts.h"
#include "sparse-opt/Machine/Machine.h"

#include <string>

namespace sparseopt::nvidia {

/// Why the target has no products of warpgroups, or they do not have these sizes;
/// empty if there is no reason.
std::string getWgmmaTargetObstacle(const MachineDescription &machine);
std::string getWgmmaSizeObstacle(int64_t outFeatures, int64_t inFeatures);

/// Shared memory that a ring may use: more of it brought nothing.
inline constexpr int64_t kRingBytes = 210000;

/// Sizes of a ring.
struct RingShape {
  int64_t stages = 0;
  /// Tokens and inputs of a stage, and blocks of 64 outputs.
  int64_t tokens = 0, inputs = 0, groups = 1;

  int64_t getGranules() const { return inputs / kGranuleInputs; }
  int64_t getInputBytes() const { return tokens * inputs * 2; }
  /// Granules of one warpgroup.
  int64_t getGroupBytes() const {
    return getGranules() * kWgmmaSpGranule.getBytes();
  }
  int64_t getWeightBytes() const { return groups * getGroupBytes(); }
  int64_t getStageBytes() const {
    return (getInputBytes() + getWeightBytes() + 1023) / 1024 * 1024;
  }
  /// Stages, then the barriers.
  int64_t getSharedBytes() const { return stages * (getStageBytes() + 16); }
};

/// Cycles of the tensor cores for a stage, measured: a product of 64 outputs, N tokens
/// and 32 inputs takes N/2 + 16, and synchronisation 60 per stage.
double getStageCycles(const RingShape &shape);

/// A place in the ring: the stage and the parity of its barriers.
struct RingPlace {
  mlir::Value stage, parity;
};

/// What multiplying one stage gives: the sums so far, the registers that the
/// hardware still reads, and the next place.
struct RingStep {
  mlir::Value acc;
  Values metadata;
  RingPlace next;
};

/// Multiplies the stage at a place and releases the one before it, if `releases`
/// holds (null: always). `pending` is what the hardware reads until the wait in it.
using RingStepFn = llvm::function_ref<RingStep(RingPlace place, mlir::Value acc,
                                               mlir::ValueRange pending,
                                               mlir::Value releases)>;

class StageRing {
public:
  StageRing(DeviceEmitter &e, const RingShape &shape) : e(e), shape(shape) {}

  /// Takes shared memory from its start.
  void initialize() { shared = e.getSharedMemory(); }
  /// Makes the barriers; `releases` arrivals empty a stage.
  void initBarriers(int64_t releases);

  mlir::Value getStage(mlir::Value stage);
  mlir::Value getFull(mlir::Value stage);
  mlir::Value getEmpty(mlir::Value stage);
  RingPlace advance(RingPlace place);
  mlir::Value getPrevious(mlir::Value stage);

  /// Requests the granules of `rowTile`, stage number `step` of `steps`, and tells
  /// "full" how many bytes a stage has.
  void loadWeights(mlir::Value weight, mlir::Value stage, mlir::Value rowTile,
                   mlir::Value step, int64_t steps, mlir::Value policy);

  /// The metadata words of a lane, one per granule of its warpgroup.
  Values loadMetadata(mlir::Value stage, mlir::Value warp, mlir::Value thread);
  /// Adds the products of a stage to `acc`, as one group of products.
  mlir::Value multiply(mlir::Value stage, mlir::Value warp,
                       mlir::ValueRange metadata, mlir::Value acc,
                       mlir::Type elementType);

  /// The finished sums of `steps` stages from `place` on, which is moved on. One
  /// group of products stays in flight, so that two stages are multiplied per turn:
  /// each copy has its own metadata registers, and none is written while the
  /// hardware reads it. The last stage is not released.
  mlir::Value multiplyAll(int64_t steps, RingPlace &place, RingStepFn multiply);

private:
  mlir::Value getGroupWeights(mlir::Value stage, mlir::Value warp);

  DeviceEmitter &e;
  RingShape shape;
  mlir::Value shared;
};

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_STAGERING_H
