//===- ExpandReductions.cpp - Reductions over a block -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives upstream's patterns a name that pipelines can use.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/LinalgToGPU/LinalgToGPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace sparseopt {
#define GEN_PASS_DEF_EXPANDGPUREDUCTIONSPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

struct ExpandGPUReductions
    : public sparseopt::impl::ExpandGPUReductionsPassBase<ExpandGPUReductions> {
protected:
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateGpuAllReducePatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("reductions could not be expanded");
      signalPassFailure();
    }
  }
};

} // namespace
