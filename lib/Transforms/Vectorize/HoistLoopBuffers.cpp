//===- HoistLoopBuffers.cpp - Buffers of loops, outside of them -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A buffer whose size changes from iteration to iteration, or that each iteration of a
// parallel loop has for itself, becomes a part of one buffer in front of the
// loops, as large as it can get.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Vectorize/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Transforms/Transforms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

#include "llvm/Support/MathExtras.h"

namespace sparseopt {
#define GEN_PASS_DEF_HOISTLOOPBUFFERSPASS
#include "sparse-opt/Transforms/Vectorize/Passes.h.inc"
} // namespace sparseopt

#define DEBUG_TYPE "sparsity-hoist-loop-buffers"

using namespace mlir;

/// Parts of a shared buffer start at multiples of this.
static constexpr int64_t kAlignment = 64;

namespace {

struct HoistLoopBuffers
    : public sparseopt::impl::HoistLoopBuffersPassBase<HoistLoopBuffers> {
  using HoistLoopBuffersPassBase::HoistLoopBuffersPassBase;

protected:
  void runOnOperation() override;

private:
  bool shouldHoist(memref::AllocOp alloc, Operation *outermost) const;
};

} // namespace

static bool isLoop(Operation *op) {
  return isa<scf::ForOp, scf::ForallOp, scf::ParallelOp>(op);
}

static Operation *getOutermostLoop(Operation *op) {
  Operation *outermost = nullptr;
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    if (isLoop(parent))
      outermost = parent;
  return outermost;
}

/// Parallel loops around `op`, from the inside outwards.
static SmallVector<scf::ForallOp> getParallelLoops(Operation *op) {
  SmallVector<scf::ForallOp> loops;
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    if (auto forall = dyn_cast<scf::ForallOp>(parent))
      loops.push_back(forall);
  return loops;
}

static int64_t getElementBytes(MemRefType type) {
  Type element = type.getElementType();
  return element.isIndex()
             ? 8
             : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

bool HoistLoopBuffers::shouldHoist(memref::AllocOp alloc,
                                   Operation *outermost) const {
  MemRefType type = alloc.getType();
  if (!type.getElementType().isIntOrIndexOrFloat() ||
      !type.getLayout().isIdentity())
    return false;
  if (!getParallelLoops(alloc).empty())
    return !type.hasStaticShape() ||
           type.getNumElements() * getElementBytes(type) > stackLimit;
  return llvm::any_of(alloc.getDynamicSizes(), [&](Value size) {
    Operation *def = size.getDefiningOp();
    return !def || outermost->isAncestor(def);
  });
}

/// A number of bytes that is enough for the buffer in any iteration.
static FailureOr<OpFoldResult>
getBytesBound(OpBuilder &b, memref::AllocOp alloc, Operation *outermost) {
  Location loc = alloc.getLoc();
  Value bytes;
  int64_t constant = getElementBytes(alloc.getType());
  auto isOutside = [&](Value value, std::optional<int64_t>,
                       ValueBoundsConstraintSet &) {
    Operation *owner = value.getParentBlock()->getParentOp();
    return !outermost->isAncestor(owner);
  };
  for (OpFoldResult size : alloc.getMixedSizes()) {
    if (std::optional<int64_t> known = getConstantIntValue(size)) {
      constant *= *known;
      continue;
    }
    FailureOr<OpFoldResult> bound = affine::reifyIndexValueBound(
        b, loc, presburger::BoundType::UB, cast<Value>(size), isOutside,
        /*closedUB=*/true);
    if (failed(bound))
      return failure();
    if (std::optional<int64_t> known = getConstantIntValue(*bound)) {
      constant *= *known;
      continue;
    }
    Value factor = getValueOrCreateConstantIndexOp(b, loc, *bound);
    bytes = bytes ? arith::MulIOp::create(b, loc, bytes, factor).getResult()
                  : factor;
  }
  constant = llvm::alignTo(constant, kAlignment);
  if (!bytes)
    return OpFoldResult(b.getIndexAttr(constant));
  Value scale = arith::ConstantIndexOp::create(b, loc, constant);
  return OpFoldResult(arith::MulIOp::create(b, loc, bytes, scale).getResult());
}

/// Number of iterations of dimension `dim` of the loop.
static Value createTripCount(OpBuilder &b, scf::ForallOp loop, unsigned dim) {
  Location loc = loop.getLoc();
  AffineExpr lower, upper, step;
  bindSymbols(b.getContext(), lower, upper, step);
  OpFoldResult count = affine::makeComposedFoldedAffineApply(
      b, loc, (upper - lower).ceilDiv(step),
      {loop.getMixedLowerBound()[dim], loop.getMixedUpperBound()[dim],
       loop.getMixedStep()[dim]});
  return getValueOrCreateConstantIndexOp(b, loc, count);
}

/// The number of the iteration along dimension `dim`.
static Value createIteration(OpBuilder &b, scf::ForallOp loop, unsigned dim) {
  Location loc = loop.getLoc();
  Value lower =
      getValueOrCreateConstantIndexOp(b, loc, loop.getMixedLowerBound()[dim]);
  Value step =
      getValueOrCreateConstantIndexOp(b, loc, loop.getMixedStep()[dim]);
  Value distance =
      arith::SubIOp::create(b, loc, loop.getInductionVar(dim), lower);
  return arith::DivUIOp::create(b, loc, distance, step);
}

static LogicalResult hoist(RewriterBase &rewriter, memref::AllocOp alloc,
                           Operation *outermost) {
  Location loc = alloc.getLoc();
  rewriter.setInsertionPoint(outermost);
  FailureOr<OpFoldResult> bound = getBytesBound(rewriter, alloc, outermost);
  if (failed(bound))
    return failure();
  Value bytes = getValueOrCreateConstantIndexOp(rewriter, loc, *bound);
  SmallVector<scf::ForallOp> loops = getParallelLoops(alloc);
  // Bounds of inner parallel loops are not known in front of the outermost loop.
  if (loops.size() > 1 || (loops.size() == 1 && loops.front() != outermost))
    return failure();
  Value total = bytes;
  SmallVector<Value> counts;
  for (scf::ForallOp loop : loops)
    for (unsigned dim = 0; dim < loop.getRank(); ++dim) {
      counts.push_back(createTripCount(rewriter, loop, dim));
      total = arith::MulIOp::create(rewriter, loc, total, counts.back());
    }
  auto shared = memref::AllocOp::create(
      rewriter, loc,
      MemRefType::get({ShapedType::kDynamic}, rewriter.getI8Type()),
      ValueRange{total}, rewriter.getI64IntegerAttr(kAlignment));

  rewriter.setInsertionPoint(alloc);
  Value part = arith::ConstantIndexOp::create(rewriter, loc, 0);
  for (scf::ForallOp loop : loops)
    for (unsigned dim = 0; dim < loop.getRank(); ++dim) {
      part = arith::MulIOp::create(rewriter, loc, part, counts[dim]);
      part = arith::AddIOp::create(rewriter, loc, part,
                                   createIteration(rewriter, loop, dim));
    }
  Value start = arith::MulIOp::create(rewriter, loc, part, bytes);
  rewriter.replaceOpWithNewOp<memref::ViewOp>(alloc, alloc.getType(), shared,
                                              start, alloc.getDynamicSizes());
  return success();
}

void HoistLoopBuffers::runOnOperation() {
  SmallVector<memref::AllocOp> allocs;
  getOperation()->walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  IRRewriter rewriter(&getContext());
  for (memref::AllocOp alloc : allocs) {
    Operation *outermost = getOutermostLoop(alloc);
    if (!outermost || !shouldHoist(alloc, outermost))
      continue;
    // Freed with the loops' other buffers.
    for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
      if (isa<memref::DeallocOp>(user))
        rewriter.eraseOp(user);
    if (failed(hoist(rewriter, alloc, outermost))) {
      alloc.emitOpError("in a loop has a size without a bound outside of it");
      return signalPassFailure();
    }
  }
}
