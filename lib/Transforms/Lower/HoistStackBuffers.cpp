//===- HoistStackBuffers.cpp - Stack buffers of parallel loops, once per thread *- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream puts the body of a parallel loop into a scope of its own, which gives stack
// buffers back after each iteration but cannot hold branches.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/PatternMatch.h"

namespace sparseopt {
#define GEN_PASS_DEF_HOISTSTACKBUFFERSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

struct HoistStackBuffers
    : public sparseopt::impl::HoistStackBuffersPassBase<HoistStackBuffers> {
protected:
  void runOnOperation() override;
};

} // namespace

/// Moves the buffers of the region's loops to its start. Their sizes are known
/// there, or they stay.
static void hoistBuffers(omp::ParallelOp parallel) {
  Block &entry = parallel.getRegion().front();
  SmallVector<memref::AllocaOp> buffers;
  parallel.walk([&](memref::AllocaOp buffer) {
    bool isKnown = llvm::all_of(buffer->getOperands(), [&](Value size) {
      return !parallel.getRegion().isAncestor(size.getParentRegion());
    });
    if (isKnown && buffer->getBlock() != &entry)
      buffers.push_back(buffer);
  });
  for (memref::AllocaOp buffer : llvm::reverse(buffers))
    buffer->moveBefore(&entry, entry.begin());
}

/// Replaces a scope without buffers by its body.
static void inlineScope(RewriterBase &rewriter, memref::AllocaScopeOp scope) {
  Block &body = scope.getBodyRegion().front();
  Operation *terminator = body.getTerminator();
  SmallVector<Value> results(terminator->getOperands());
  rewriter.inlineBlockBefore(&body, scope);
  rewriter.replaceOp(scope, results);
  rewriter.eraseOp(terminator);
}

void HoistStackBuffers::runOnOperation() {
  getOperation()->walk(
      [](omp::ParallelOp parallel) { hoistBuffers(parallel); });
  IRRewriter rewriter(&getContext());
  getOperation()->walk([&](memref::AllocaScopeOp scope) {
    bool hasBuffer =
        scope.walk([](memref::AllocaOp) { return WalkResult::interrupt(); })
            .wasInterrupted();
    if (!hasBuffer && llvm::hasSingleElement(scope.getBodyRegion()))
      inlineScope(rewriter, scope);
  });
}
