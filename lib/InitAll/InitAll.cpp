//===- InitAll.cpp - Register everything ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the dialects and passes of this project.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/InitAll.h"

#include "sparse-opt/Conversion/Passes.h"
#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"
#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Dialect/Packed/Transforms/BufferizableOpInterfaceImpl.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Interfaces/SparsityOpInterface.h"
#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Pipelines/Fuse.h"
#include "sparse-opt/Pipelines/LowerToGPU.h"
#include "sparse-opt/Pipelines/LowerToLLVM.h"
#include "sparse-opt/Pipelines/Sparsify.h"
#include "sparse-opt/Report/Passes.h"
#include "sparse-opt/Transforms/Calibrate/BufferizableOpInterfaceImpl.h"
#include "sparse-opt/Transforms/Calibrate/Passes.h"
#include "sparse-opt/Transforms/Choose/Passes.h"
#include "sparse-opt/Transforms/Fuse/Passes.h"
#include "sparse-opt/Transforms/Import/Passes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"
#include "sparse-opt/Transforms/Pack/Passes.h"
#include "sparse-opt/Transforms/Permute/Passes.h"
#include "sparse-opt/Transforms/Propagate/Passes.h"
#include "sparse-opt/Transforms/Prune/Passes.h"
#include "sparse-opt/Transforms/Select/Passes.h"
#include "sparse-opt/Transforms/Vectorize/Passes.h"

#include "mlir/IR/DialectRegistry.h"

void sparseopt::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<nvsp::NVSPDialect, packed::PackedDialect,
                  sparsity::SparsityDialect>();
  registerKernelDialects(registry);
  registerCPUKernels<packed::PackedDialect>(registry);
  registerNVIDIAKernels<packed::PackedDialect>(registry);
  registerLinearBufferizationModels(registry);
  registerObserveBufferizationModel(registry);
  registerSparsityModels(registry);
}

void sparseopt::registerAllPasses() {
  registerCalibratePasses();
  registerConversionPasses();
  registerChoosePasses();
  registerFusePasses();
  registerFusePipelines();
  registerGPUPipelines();
  registerImportPasses();
  registerPackPasses();
  registerPermutePasses();
  registerPropagatePasses();
  registerPrunePasses();
  registerReportPasses();
  registerSelectPasses();
  registerLowerPasses();
  registerLowerPipelines();
  registerSparsifyPipelines();
  registerVectorizePasses();
}
