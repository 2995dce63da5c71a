//===- KernelsToNVVM.cpp - Kernels to the LLVM dialect ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's pass of the same purpose calls NVIDIA's library of functions (libdevice) for
// square roots and maxima, which GPUs have as instructions, and that
// library comes with the CUDA toolkit only.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/LinalgToGPU/LinalgToGPU.h"

#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTKERNELSTONVVMPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

struct ConvertKernelsToNVVM
    : public sparseopt::impl::ConvertKernelsToNVVMPassBase<
          ConvertKernelsToNVVM> {
protected:
  void runOnOperation() override {
    LLVMTypeConverter converter(&getContext());
    configureGpuToNVVMTypeConverter(converter);
    RewritePatternSet patterns(&getContext());
    populateGpuToNVVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    LLVMConversionTarget target(getContext());
    target.addLegalDialect<NVVM::NVVMDialect>();
    target.addIllegalDialect<cf::ControlFlowDialect, gpu::GPUDialect,
                             memref::MemRefDialect>();
    target.addLegalOp<gpu::GPUModuleOp>();
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
