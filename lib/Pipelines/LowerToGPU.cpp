//===- LowerToGPU.cpp - Lowering for a GPU as pipelines ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of the passes. Loops in kernels stay loops: ptxas schedules them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pipelines/LowerToGPU.h"

#include "sparse-opt/Conversion/GPUToRuntime/GPUToRuntime.h"
#include "sparse-opt/Conversion/LinalgToGPU/LinalgToGPU.h"
#include "sparse-opt/Conversion/NVSPToLLVM/NVSPToLLVM.h"
#include "sparse-opt/Transforms/Fuse/Passes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace sparseopt {

void buildGPUFusePipeline(OpPassManager &pm) {
  FuseElementwisePassOptions fuse;
  // Threads read along the reduction: weights stay as they are.
  fuse.transposeRows = 0;
  pm.addNestedPass<func::FuncOp>(createFuseElementwisePass(fuse));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildGPUKernelsPipeline(OpPassManager &pm) {
  // Bufferization leaves copies of buffers onto themselves.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createConvertLinalgToGPUPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildConvertGPUPipeline(OpPassManager &pm, const LowerOptions &options) {
  pm.addPass(createConvertGPUToRuntimePass());
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(createExpandGPUReductionsPass());
  // GPUs have no functions of 16-bit floats.
  kernels.addPass(math::createMathExtendToSupportedTypes());
  if (options.approximateMath)
    kernels.addPass(createApproximateMathPass());
  kernels.addPass(createConvertNVSPToLLVMPass());
  kernels.addPass(memref::createFoldMemRefAliasOpsPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createConvertMathToLLVMPass());
  kernels.addPass(createArithToLLVMConversionPass());
  kernels.addPass(createConvertKernelsToNVVMPass());
  kernels.addPass(createConvertIndexToLLVMPass());
  kernels.addPass(createConvertNVVMToLLVMPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
}

void registerGPUPipelines() {
  PassPipelineRegistration<>(
      "sparsity-gpu-kernels",
      "Arrays programs on buffers to GPU kernels and launches",
      buildGPUKernelsPipeline);
  PassPipelineRegistration<LowerOptions>(
      "sparsity-convert-gpu",
      "Kernels to the LLVM dialect, launches to calls of the run-time support",
      buildConvertGPUPipeline);
}

} // namespace sparseopt
