//===- LowerToGPU.h - Lowering for a GPU as pipelines -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of the lowering phase that differ for a GPU. The other parts are those
// of LowerToLLVM.h.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PIPELINES_LOWERTOGPU_H
#define SPARSEOPT_PIPELINES_LOWERTOGPU_H

#include "sparse-opt/Pipelines/LowerToLLVM.h"

namespace sparseopt {

/// Elementwise chains on tensors are fused; runs before bufferization.
void buildGPUFusePipeline(mlir::OpPassManager &pm);

/// After bufferization: what works on arrays becomes kernels and launches.
void buildGPUKernelsPipeline(mlir::OpPassManager &pm);

/// Kernels become the LLVM dialect with NVIDIA's intrinsics, in `gpu.module`s;
/// launches become calls of the run-time support. Runs after
/// buildPlanBuffersPipeline, before buildConvertToLLVMPipeline.
void buildConvertGPUPipeline(mlir::OpPassManager &pm,
                             const LowerOptions &options);

/// Registers `--sparsity-gpu-kernels` and `--sparsity-convert-gpu`.
void registerGPUPipelines();

} // namespace sparseopt

#endif // SPARSEOPT_PIPELINES_LOWERTOGPU_H
