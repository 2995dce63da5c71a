//===- Fuse.cpp - The fuse and vectorize phases as pipelines ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of the passes around bufferization.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pipelines/Fuse.h"

#include "sparse-opt/Transforms/Fuse/Passes.h"
#include "sparse-opt/Transforms/Vectorize/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace sparseopt {

void FuseOptions::setTarget(StringRef features) {
  SmallVector<StringRef> names;
  features.split(names, ',');
  if (llvm::is_contained(names, "avx512f")) {
    lanes = 16;
    registers = 32;
  } else {
    lanes = llvm::is_contained(names, "avx") ? 8 : 4;
    registers = 16;
  }
}

void buildFusePipeline(OpPassManager &pm, const FuseOptions &options) {
  OpPassManager &nested = pm.nest<func::FuncOp>();
  nested.addPass(createFuseElementwisePass());
  TileAndFusePassOptions tile;
  tile.threads = options.threads;
  tile.rows = options.rows;
  tile.tileBytes = options.tileBytes;
  nested.addPass(createTileAndFusePass(tile));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildVectorizePipeline(OpPassManager &pm, const FuseOptions &options) {
  // Bufferization leaves copies of buffers onto themselves.
  pm.addPass(createCanonicalizerPass());
  VectorizePassOptions vectorize;
  vectorize.lanes = options.lanes;
  vectorize.registers = options.registers;
  pm.addNestedPass<func::FuncOp>(createVectorizePass(vectorize));
  pm.addNestedPass<func::FuncOp>(createHoistLoopBuffersPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void registerFusePipelines() {
  PassPipelineRegistration<FuseOptions>(
      "sparsity-fuse", "Fuse and tile linalg on tensors", buildFusePipeline);
  PassPipelineRegistration<FuseOptions>(
      "sparsity-vectorize-buffers", "Turn linalg on buffers into vector loops",
      buildVectorizePipeline);
}

} // namespace sparseopt
