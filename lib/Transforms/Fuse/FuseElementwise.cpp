//===- FuseElementwise.cpp - Fuse elementwise chains ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decides which elementwise producers join which consumers, and runs the steps of
// sparsity-fuse-elementwise in order.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Fuse/Passes.h"

#include "Rewrites.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace sparseopt {
#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "sparse-opt/Transforms/Fuse/Passes.h.inc"
} // namespace sparseopt

#define DEBUG_TYPE "sparsity-fuse-elementwise"

using namespace mlir;

/// Most ops in the body of a producer that is computed once per consumer.
static constexpr int64_t kMaxRecomputedOps = 3;
/// Most inputs of such a producer: each consumer reads all of them.
static constexpr int64_t kMaxRecomputedInputs = 3;

//===----------------------------------------------------------------------===//
// What is cheap
//===----------------------------------------------------------------------===//

static bool isMove(linalg::GenericOp op) {
  Operation *yield = op.getBody()->getTerminator();
  auto arg = dyn_cast<BlockArgument>(yield->getOperand(0));
  return op.getNumResults() == 1 && arg && arg.getOwner() == op.getBody() &&
         llvm::hasSingleElement(*op.getBody()) &&
         arg.getArgNumber() < op.getNumDpsInputs();
}

/// Whether computing the value again costs no more than storing and loading it.
static bool isCheap(linalg::GenericOp op) {
  if (op.getNumDpsInputs() > kMaxRecomputedInputs)
    return false;
  int64_t numOps = 0;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (isa<arith::ConstantOp>(inner))
      continue;
    if (!isa<arith::ArithDialect>(inner.getDialect()) ||
        isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::DivUIOp,
            arith::RemSIOp, arith::RemUIOp>(inner))
      return false;
    ++numOps;
  }
  return numOps <= kMaxRecomputedOps;
}

/// Whether every loop of the consumer that the operand does not depend on lies
/// inside those that it depends on: the producer's value is then computed once
/// per row, in front of the innermost loops.
static bool isInvariantInInnerLoops(linalg::GenericOp consumer,
                                    OpOperand &use) {
  AffineMap map = consumer.getMatchingIndexingMap(&use);
  unsigned numCarried = map.getNumResults();
  return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    return dim && dim.getPosition() < numCarried;
  });
}

/// Whether the op adds to what its output holds, as a product with one element
/// to sum does once unit dims are folded.
static bool accumulates(linalg::GenericOp op) {
  return llvm::any_of(op.getRegionOutputArgs(),
                      [](BlockArgument arg) { return !arg.use_empty(); });
}

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

namespace {
enum class Fusion {
  None,
  /// The producer is computed in this consumer; other users keep the original.
  Recompute,
  /// The consumer yields the producer's value for its other users.
  Share
};
} // namespace

/// Whether all users of the producer are generics that could compute it.
static bool canAllUsersRecompute(linalg::GenericOp producer) {
  return llvm::all_of(producer->getUses(), [](OpOperand &use) {
    auto user = dyn_cast<linalg::GenericOp>(use.getOwner());
    return user && user.isDpsInput(&use) && !sparseopt::isContraction(user) &&
           linalg::areElementwiseOpsFusable(&use) &&
           user.getMatchingIndexingMap(&use).getNumResults() ==
               user.getNumLoops();
  });
}

/// Whether all other users come after `consumer`, so that its result can stand
/// in for the producer's.
static bool isFirstUser(linalg::GenericOp producer,
                        linalg::GenericOp consumer) {
  return llvm::all_of(producer->getUsers(), [&](Operation *user) {
    Operation *ancestor = consumer->getBlock()->findAncestorOpInBlock(*user);
    return ancestor && (ancestor == consumer.getOperation() ||
                        consumer->isBeforeInBlock(ancestor));
  });
}

static Fusion decideFusion(linalg::GenericOp producer,
                           linalg::GenericOp consumer, OpOperand &use) {
  if (producer->getBlock() != consumer->getBlock() ||
      producer.getNumResults() != 1 || !consumer.isDpsInput(&use) ||
      !linalg::areElementwiseOpsFusable(&use))
    return Fusion::None;
  bool hasOneUser = llvm::all_of(producer->getUsers(), [&](Operation *user) {
    return user == consumer.getOperation();
  });
  // A contraction reads each element many times; only moves are free there.
  if (sparseopt::isContraction(consumer))
    return isMove(producer) ? Fusion::Recompute : Fusion::None;
  if (isMove(producer) && producer.getNumLoops() == 0)
    return Fusion::Recompute;

  AffineMap map = consumer.getMatchingIndexingMap(&use);
  bool visitsOnce = map.getNumResults() == consumer.getNumLoops();
  // Each visit would add to the output again.
  if (!visitsOnce && accumulates(producer))
    return Fusion::None;
  if (!visitsOnce)
    return hasOneUser && (isMove(producer) || isCheap(producer) ||
                          isInvariantInInnerLoops(consumer, use))
               ? Fusion::Recompute
               : Fusion::None;
  if (hasOneUser)
    return Fusion::Recompute;
  if ((isMove(producer) || isCheap(producer)) && canAllUsersRecompute(producer))
    return Fusion::Recompute;
  return isFirstUser(producer, consumer) ? Fusion::Share : Fusion::None;
}

//===----------------------------------------------------------------------===//
// Driver
//===----------------------------------------------------------------------===//

/// Fuses into `use`'s owner if that pays. Returns the fused op.
static linalg::GenericOp tryFuse(RewriterBase &rewriter, OpOperand &use) {
  auto producer = use.get().getDefiningOp<linalg::GenericOp>();
  auto consumer = cast<linalg::GenericOp>(use.getOwner());
  if (!producer || !producer.hasPureTensorSemantics())
    return {};
  Fusion fusion = decideFusion(producer, consumer, use);
  if (fusion == Fusion::None)
    return {};
  rewriter.setInsertionPoint(consumer);
  FailureOr<linalg::ElementwiseOpFusionResult> result =
      linalg::fuseElementwiseOps(rewriter, &use);
  if (failed(result))
    return {};
  for (auto [from, to] : result->replacements)
    if (from.getDefiningOp() == consumer.getOperation() ||
        fusion == Fusion::Share)
      rewriter.replaceAllUsesExcept(from, to, result->fusedOp);
  rewriter.eraseOp(consumer);
  if (producer.use_empty())
    rewriter.eraseOp(producer);
  return cast<linalg::GenericOp>(result->fusedOp);
}

/// One sweep over the function. Returns whether anything was fused.
static bool sweep(RewriterBase &rewriter, FunctionOpInterface func) {
  SmallVector<linalg::GenericOp> generics;
  func.walk([&](linalg::GenericOp op) {
    if (op.hasPureTensorSemantics())
      generics.push_back(op);
  });
  bool changed = false;
  DenseSet<Operation *> seen;
  for (linalg::GenericOp op : generics) {
    // An op of an earlier fusion of this sweep is gone, or has operands that are
    // only tidied up after the sweep.
    if (seen.contains(op))
      continue;
    for (OpOperand &use : op->getOpOperands()) {
      auto producer = use.get().getDefiningOp<linalg::GenericOp>();
      if (!producer || seen.contains(producer))
        continue;
      Operation *producerOp = producer;
      Operation *consumerOp = op;
      if (tryFuse(rewriter, use)) {
        seen.insert(producerOp);
        seen.insert(consumerOp);
        changed = true;
        break;
      }
    }
  }
  return changed;
}

LogicalResult sparseopt::fuseElementwiseChains(FunctionOpInterface func) {
  MLIRContext *context = func.getContext();
  RewritePatternSet patterns(context);
  linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
  linalg::GenericOp::getCanonicalizationPatterns(patterns, context);
  FrozenRewritePatternSet cleanup(std::move(patterns));
  IRRewriter rewriter(context);
  bool changed = true;
  while (changed) {
    changed = sweep(rewriter, func);
    if (failed(applyPatternsGreedily(func, cleanup)))
      return failure();
    DominanceInfo dominance(func);
    eliminateCommonSubExpressions(rewriter, dominance, func);
  }
  return success();
}

namespace {

struct FuseElementwise
    : public sparseopt::impl::FuseElementwisePassBase<FuseElementwise> {
  using FuseElementwisePassBase::FuseElementwisePassBase;

protected:
  void runOnOperation() override {
    FunctionOpInterface func = getOperation();
    if (func.isExternal())
      return;
    IRRewriter rewriter(&getContext());
    if (failed(sparseopt::generalizeForFusion(func)) ||
        failed(sparseopt::fuseElementwiseChains(func)))
      return fail();
    if (sparseopt::sinkDivisions(rewriter, func) &&
        failed(sparseopt::fuseElementwiseChains(func)))
      return fail();
    sparseopt::orientContractions(rewriter, func, transposeRows);
  }

  void fail() {
    getOperation()->emitError(
        "fusion of elementwise ops did not come to an end");
    signalPassFailure();
  }
};

} // namespace
