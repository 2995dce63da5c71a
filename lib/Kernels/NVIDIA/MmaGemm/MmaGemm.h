//===- MmaGemm.h - 2:4 weights by products of warps -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "nvsp.mma_gemm": products of single warps, which all devices since
// Ampere have.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_MMAGEMM_MMAGEMM_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_MMAGEMM_MMAGEMM_H

#include "../DeviceEmitter.h"
#include "../DeviceEpilogue.h"
#include "sparse-opt/Kernels/DeviceKernel.h"
#include "sparse-opt/Kernels/NVIDIA/Layouts.h"

#include <memory>

namespace sparseopt::nvidia {

/// The shape of one kernel. A block has four warps along the outputs and one or two
/// along the tokens. Each warp multiplies `blocks` blocks of 16 outputs by up to 64
/// tokens. A stage in shared memory holds the activations of the block's tokens, by 64
/// inputs, then the granules of its weights, by blocks of 16 outputs.
struct MmaPlan {
  MmaPlan(mlir::DictionaryAttr params, int64_t outFeatures, int64_t inFeatures);

  static constexpr int64_t kRowWarps = 4;
  static constexpr int64_t kWarpTokens = 64;

  /// Tokens of a tile, a power of two; blocks of 16 outputs of a warp; inputs of a
  /// stage; stages.
  int64_t tokens, blocks, inputs, stages;
  /// Blocks of 16 outputs of the weight and the granules of one.
  int64_t rowBlocks, rowGranules;
  /// Stages of all inputs, and tiles of outputs.
  int64_t steps, rowTiles;

  int64_t getTokenWarps() const { return tokens > kWarpTokens ? 2 : 1; }
  int64_t getThreads() const { return 32 * kRowWarps * getTokenWarps(); }
  int64_t getTileBlocks() const { return kRowWarps * blocks; }
  int64_t getRows() const { return 16 * getTileBlocks(); }
  /// Tiles of 8 tokens of a warp.
  int64_t getColumns() const { return tokens / getTokenWarps() / 8; }
  int64_t getGranules() const { return inputs / kGranuleInputs; }
  /// Activations of 64 inputs, and of a stage.
  int64_t getPanelBytes() const { return tokens * kGranuleInputs * 2; }
  int64_t getInputBytes() const { return getGranules() * getPanelBytes(); }
  /// Weights of 16 outputs in a stage.
  int64_t getBlockBytes() const {
    return getGranules() * kMmaSpGranule.getBytes();
  }
  int64_t getStageBytes() const {
    return getInputBytes() + getTileBlocks() * getBlockBytes();
  }
  int64_t getSharedBytes() const { return stages * getStageBytes(); }
  /// Cycles for a stage of one block on a multiprocessor whose tensor cores do
  /// `operations` dense operations per cycle.
  double getStageCycles(double operations) const;
};

/// The kernel, part by part.
class MmaKernel {
public:
  MmaKernel(DeviceEmitter &e, const KernelSpec &spec, const MmaPlan &plan)
      : e(e), spec(spec), plan(plan) {}

  mlir::LLVM::LLVMFuncOp emit(llvm::StringRef name);

private:
  /// Addresses of the stage that is read and of the one before it.
  struct Place {
    mlir::Value stage, previous;
  };

  void emitSetup();
  void emitTile(mlir::Value tile, Place &place);
  void storeTile(mlir::Value tile, mlir::ValueRange sums);
  Place advance(Place place);
  mlir::Value getNextStage(mlir::Value stage);

  // Copies.
  /// Requests the first stages of a tile, from `stage` on.
  void requestFirstStages(mlir::Value tile, mlir::Value stage);
  void copyStage(mlir::Value tile, mlir::Value stage, mlir::Value step);
  void copyInputs(mlir::Value stage, mlir::Value step);
  void copyWeights(mlir::Value tile, mlir::Value stage, mlir::Value step);
  /// Copies 16 bytes; with `bytes` the first ones of them, and zeros.
  void copyUnit(mlir::Value to, mlir::Value from, mlir::Value bytes = nullptr);

  // Products.
  /// The values of one instruction for a block of 16 outputs, and the metadata of
  /// both instructions of a granule.
  mlir::Value loadValues(mlir::Value weights, int64_t block, int64_t granule,
                         int64_t step);
  mlir::Value loadMetadata(mlir::Value weights, int64_t block, int64_t granule);
  mlir::Value loadColumn(mlir::Value stage, int64_t column, int64_t granule,
                         int64_t step);
  Values multiply(mlir::Value stage, mlir::ValueRange sums);

  DeviceEmitter &e;
  const KernelSpec &spec;
  const MmaPlan &plan;
  KernelArguments arguments;
  mlir::Value shared, thread, lane, rowWarp, tokenWarp, token0;
};

std::unique_ptr<KernelFamily> createMmaGemmFamily();

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_MMAGEMM_MMAGEMM_H
