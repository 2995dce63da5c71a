//===- WgmmaGemm.h - 2:4 weights and many tokens on Hopper ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "nvsp.wgmma_gemm": tiles of 128 outputs by 256 tokens, bound by the
// tensor cores.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_NVIDIA_WGMMAGEMM_WGMMAGEMM_H
#define SPARSE_OPT_LIB_KERNELS_NVIDIA_WGMMAGEMM_WGMMAGEMM_H

#include "../DeviceEmitter.h"
#include "../DeviceEpilogue.h"
#include "../StageRing.h"
#include "sparse-opt/Kernels/DeviceKernel.h"

#include <memory>

namespace sparseopt::nvidia {

/// The shape of one kernel. A block has two warpgroups that multiply 64 outputs each
/// and one that copies. A cluster of two blocks has two tiles of outputs and the same
/// tokens: each block copies half of the activations, to both.
struct GemmPlan {
  GemmPlan(mlir::DictionaryAttr params, int64_t outFeatures,
           int64_t inFeatures);

  RingShape ring;
  int64_t cluster;
  /// Stages of all inputs.
  int64_t steps;
  int64_t rowTiles;

  int64_t getRows() const { return 64 * ring.groups; }
  int64_t getThreads() const { return 128 * (ring.groups + 1); }
  /// Tiles of rows of a cluster.
  int64_t getClusterRows() const { return rowTiles / cluster; }
};

/// The kernel, role by role.
class GemmKernel {
public:
  GemmKernel(DeviceEmitter &e, const KernelSpec &spec, const GemmPlan &plan);

  mlir::LLVM::LLVMFuncOp emit(llvm::StringRef name);

private:
  /// A tile of a cluster: rows and tokens, as numbers of tiles.
  struct Tile {
    mlir::Value row, tokens;
  };

  void emitBody(mlir::LLVM::LLVMFuncOp kernel);
  void emitSetup();
  void emitProducer();
  void emitConsumer();
  void emitTile(Tile tile, RingPlace &place);
  RingStep emitStep(RingPlace place, mlir::Value acc, mlir::ValueRange pending,
                    mlir::Value releases);
  void release(mlir::Value stage, mlir::Value condition);
  void syncCluster();
  Tile getTile(mlir::Value index);
  /// This block's tile of rows.
  mlir::Value getRowTile(Tile tile);
  void forEachTile(mlir::Value firstParity,
                   llvm::function_ref<RingPlace(Tile, RingPlace)> body);

  DeviceEmitter &e;
  const KernelSpec &spec;
  const GemmPlan &plan;
  StageRing ring;
  KernelArguments arguments;
  mlir::Value thread, warp, lane, rank, tokenTiles;
};

std::unique_ptr<KernelFamily> createWgmmaGemmFamily();

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_LIB_KERNELS_NVIDIA_WGMMAGEMM_WGMMAGEMM_H
