//===- LowerToLLVM.cpp - The lowering phase as a pipeline -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of the lowering passes. Upstream's passes do all that is not
// particular to libraries with a C interface.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pipelines/LowerToLLVM.h"

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace sparseopt {

void buildBufferizePipeline(OpPassManager &pm, const LowerOptions &options) {
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createCheckDimsPass());
  pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
  pm.addNestedPass<func::FuncOp>(createDecomposeAggregatesPass());
  pm.addPass(createPrepareEntriesPass());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createResultsToOutParamsPass());
}

void buildPlanBuffersPipeline(OpPassManager &pm, const LowerOptions &options) {
  pm.addNestedPass<func::FuncOp>(createForallToParallelLoopPass());
  pm.addPass(createHoistAllocationsPass());
  pm.addPass(createOutlineLoopsPass());
  ExternalizeWeightsPassOptions weights;
  // A kernel on a GPU cannot read constants of the host.
  weights.threshold = options.gpu ? 0 : int64_t(options.weightThreshold);
  pm.addPass(createExternalizeWeightsPass(weights));
  pm.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createPlanWorkspacePass());
  EmitCAbiPassOptions abi;
  abi.prefix = options.prefix;
  abi.libraryName = options.libraryName;
  abi.gpu = options.gpu;
  pm.addPass(createEmitCAbiPass(abi));
  if (options.profile)
    pm.addPass(createProfileStepsPass());
}

void buildConvertToLLVMPipeline(OpPassManager &pm,
                                const LowerOptions &options) {
  pm.addNestedPass<func::FuncOp>(createExpandCopiesPass());
  pm.addPass(createRelaxReductionsPass());
  if (options.approximateMath)
    pm.addPass(createApproximateMathPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(createConvertVectorToSCFPass());
  pm.addNestedPass<func::FuncOp>(createExpandReshapesPass());
  pm.addPass(memref::createFoldMemRefAliasOpsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  if (options.openmp) {
    pm.addPass(createConvertSCFToOpenMPPass());
    // Inlines the alloca scopes of parallel bodies, which must stay one block.
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createHoistStackBuffersPass());
    pm.addPass(createBalanceThreadsPass());
  }
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createLowerAssertsPass());

  arith::ArithExpandOpsPassOptions expand;
  expand.includeBf16 = true;
  pm.addPass(arith::createArithExpandOpsPass(expand));
  ConvertVectorToLLVMPassOptions vector;
  vector.reassociateFPReductions = true;
  pm.addPass(createConvertVectorToLLVMPass(vector));
  pm.addNestedPass<func::FuncOp>(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  if (options.openmp)
    pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildLowerToLLVMPipeline(OpPassManager &pm, const LowerOptions &options) {
  buildBufferizePipeline(pm, options);
  buildPlanBuffersPipeline(pm, options);
  buildConvertToLLVMPipeline(pm, options);
}

void registerLowerPipelines() {
  PassPipelineRegistration<LowerOptions>("sparsity-lower",
                                         "Lower public functions on tensors to "
                                         "the LLVM dialect with a C interface",
                                         buildLowerToLLVMPipeline);
  PassPipelineRegistration<LowerOptions>(
      "sparsity-bufferize",
      "Tensors to buffers of the caller (first part of sparsity-lower)",
      buildBufferizePipeline);
  PassPipelineRegistration<LowerOptions>(
      "sparsity-plan-buffers",
      "Weights, workspace, C interface (second part of sparsity-lower)",
      buildPlanBuffersPipeline);
  PassPipelineRegistration<LowerOptions>(
      "sparsity-convert-to-llvm",
      "Loops and buffers to the LLVM dialect (third part of sparsity-lower)",
      buildConvertToLLVMPipeline);
}

} // namespace sparseopt
