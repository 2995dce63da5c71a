//===- TileAndFuse.cpp - Compute groups of ops tile by tile -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses loops and tile sizes for each group, tiles its root and pulls the producers
// into the loops.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Fuse/Passes.h"

#include "FusionGroup.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "llvm/Support/MathExtras.h"

namespace sparseopt {
#define GEN_PASS_DEF_TILEANDFUSEPASS
#include "sparse-opt/Transforms/Fuse/Passes.h.inc"
} // namespace sparseopt

#define DEBUG_TYPE "sparsity-tile-and-fuse"

using namespace mlir;
using sparseopt::FusionGroup;

/// Stands for a dynamic size where a tile size has to be chosen.
static constexpr int64_t kAssumedSize = 512;
static constexpr int64_t kMaxRowsPerTile = 64;

static remark::RemarkOpts remarkOpts() {
  return remark::RemarkOpts::name("fusion").category("sparsity");
}

namespace {

/// Loops of a root that become one loop nest, with their steps.
struct Level {
  SmallVector<int64_t> loops;
  SmallVector<int64_t> steps;
  bool parallel = false;
};

struct TileAndFuse : public sparseopt::impl::TileAndFusePassBase<TileAndFuse> {
  using TileAndFusePassBase::TileAndFusePassBase;

protected:
  void runOnOperation() override;

private:
  SmallVector<Level> chooseLevels(const FusionGroup &group) const;
  SmallVector<Level> chooseContractionLevels(const FusionGroup &group) const;
  SmallVector<Level> chooseRowLevels(const FusionGroup &group) const;
  LogicalResult processRoot(linalg::LinalgOp root, DenseSet<Operation *> &done);
};

} // namespace

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

/// The loop along which the root's result lies: vectors want it whole.
static int64_t getInnermostLoop(linalg::LinalgOp root) {
  AffineMap map = root.getMatchingIndexingMap(root.getDpsInitOperand(0));
  if (map.getNumResults() == 0)
    return -1;
  auto dim = dyn_cast<AffineDimExpr>(map.getResults().back());
  return dim ? dim.getPosition() : -1;
}

/// Whether the loop has more than one step of `step`, as far as is known.
static bool hasSeveralSteps(linalg::LinalgOp root, int64_t loop, int64_t step) {
  int64_t size = root.getStaticLoopRanges()[loop];
  return ShapedType::isDynamic(size) || size > step;
}

SmallVector<Level>
TileAndFuse::chooseContractionLevels(const FusionGroup &group) const {
  linalg::LinalgOp root = group.getRoot();
  int64_t innermost = getInnermostLoop(root);
  Level outer, inner;
  outer.parallel = threads;
  SmallVector<int64_t> rowLoops;
  for (int64_t loop : group.getTileableLoops()) {
    if (group.isBatchLoop(loop)) {
      if (hasSeveralSteps(root, loop, 1)) {
        outer.loops.push_back(loop);
        outer.steps.push_back(1);
      }
    } else if (loop != innermost) {
      rowLoops.push_back(loop);
    }
  }
  for (int64_t loop : rowLoops) {
    int64_t step = loop == rowLoops.back() ? rows.getValue() : 1;
    if (!hasSeveralSteps(root, loop, step))
      continue;
    inner.loops.push_back(loop);
    inner.steps.push_back(step);
  }
  inner.parallel = threads && outer.loops.empty();
  SmallVector<Level> levels;
  for (Level &level : {std::ref(outer), std::ref(inner)})
    if (!level.loops.empty())
      levels.push_back(std::move(level));
  return levels;
}

SmallVector<Level>
TileAndFuse::chooseRowLevels(const FusionGroup &group) const {
  linalg::LinalgOp root = group.getRoot();
  int64_t innermost = getInnermostLoop(root);
  SmallVector<int64_t> loops = group.getTileableLoops();
  llvm::erase(loops, innermost);
  if (loops.empty())
    return {};
  int64_t elements = group.countElementsPerStep(loops, kAssumedSize);
  int64_t total = group.countElementsPerStep({}, kAssumedSize);
  bool parallel = threads && total >= parallelElements;
  bool pays = group.hasReduction() && group.countComputations() > 1 &&
              total * 4 > 2 * tileBytes;
  if (!pays && !parallel)
    return {};
  int64_t perTile = std::max<int64_t>(tileBytes / (4 * elements), 1);
  perTile =
      std::min<int64_t>(llvm::bit_floor<uint64_t>(perTile), kMaxRowsPerTile);
  Level level;
  level.parallel = parallel;
  for (int64_t loop : loops) {
    int64_t step = loop == loops.back() ? perTile : 1;
    if (!hasSeveralSteps(root, loop, step))
      continue;
    level.loops.push_back(loop);
    level.steps.push_back(step);
  }
  if (level.loops.empty())
    return {};
  return {level};
}

SmallVector<Level> TileAndFuse::chooseLevels(const FusionGroup &group) const {
  if (group.hasContraction())
    return chooseContractionLevels(group);
  return chooseRowLevels(group);
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// The slice in the loop's body of a member that comes last in its block, so that
/// all slices of a producer exist, and are one, when the producer is fused.
static tensor::ExtractSliceOp findNextSlice(LoopLikeOpInterface loop,
                                            const FusionGroup &group) {
  tensor::ExtractSliceOp next;
  for (Operation &op : loop.getLoopRegions().front()->front()) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
    if (!slice || slice->use_empty())
      continue;
    Operation *producer = slice.getSource().getDefiningOp();
    if (!producer || !group.contains(producer))
      continue;
    if (!next || next.getSource().getDefiningOp()->isBeforeInBlock(producer))
      next = slice;
  }
  return next;
}

static void eraseDead(RewriterBase &rewriter, const FusionGroup &group) {
  for (Operation *op : group.getMembers())
    if (op->use_empty())
      rewriter.eraseOp(op);
}

/// Tiles the group's root and computes its producers in the loops. Returns the
/// root inside the loops.
static FailureOr<linalg::LinalgOp> tileLevel(RewriterBase &rewriter,
                                             const FusionGroup &group,
                                             const Level &level) {
  linalg::LinalgOp root = group.getRoot();
  SmallVector<OpFoldResult> sizes(root.getNumLoops(), rewriter.getIndexAttr(0));
  for (auto [loop, step] : llvm::zip_equal(level.loops, level.steps))
    sizes[loop] = rewriter.getIndexAttr(step);
  scf::SCFTilingOptions options;
  options.setTileSizes(sizes);
  options.setLoopType(level.parallel ? scf::SCFTilingOptions::LoopType::ForallOp
                                     : scf::SCFTilingOptions::LoopType::ForOp);
  rewriter.setInsertionPoint(root);
  FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(
      rewriter, cast<TilingInterface>(root.getOperation()), options);
  if (failed(tiled) || tiled->loops.empty())
    return failure();
  rewriter.replaceAllUsesWith(root->getResults(), tiled->replacements);
  auto tiledRoot = cast<linalg::LinalgOp>(tiled->tiledOps.back());

  LoopLikeOpInterface innermost = tiled->loops.back();
  DominanceInfo dominance;
  while (tensor::ExtractSliceOp slice = findNextSlice(innermost, group)) {
    rewriter.setInsertionPoint(slice);
    if (!scf::tileAndFuseProducerOfSlice(rewriter, slice, tiled->loops))
      return failure();
    if (slice->use_empty())
      rewriter.eraseOp(slice);
    eliminateCommonSubExpressions(rewriter, dominance, innermost);
  }
  eraseDead(rewriter, group);
  return tiledRoot;
}

LogicalResult TileAndFuse::processRoot(linalg::LinalgOp root,
                                       DenseSet<Operation *> &done) {
  FusionGroup group(root);
  SmallVector<Level> levels = chooseLevels(group);
  if (levels.empty()) {
    if (root.getNumReductionLoops() > 0)
      remark::missed(root.getLoc(), remarkOpts())
          << remark::reason("{0} is computed on its own: no dimension of its "
                            "result is worth a loop around it",
                            root->getName().getStringRef().str());
    return success();
  }
  remark::passed(root.getLoc(), remarkOpts())
      << remark::add("{0} ops are computed tile by tile in {1} loops",
                     group.countComputations(),
                     levels.front().loops.size() +
                         (levels.size() > 1 ? levels.back().loops.size() : 0));
  IRRewriter rewriter(&getContext());
  linalg::LinalgOp current = root;
  for (const Level &level : levels) {
    FusionGroup members(current, level.loops);
    // Members move into the loops: none of them is a root of its own any more.
    for (Operation *member : members.getMembers())
      done.insert(member);
    FailureOr<linalg::LinalgOp> tiled = tileLevel(rewriter, members, level);
    if (failed(tiled))
      return current.emitOpError("could not be tiled");
    current = *tiled;
  }
  return success();
}

/// Linalg ops on tensors, block by block, each block from its end.
static SmallVector<linalg::LinalgOp>
collectCandidates(FunctionOpInterface func) {
  SmallVector<linalg::LinalgOp> candidates;
  func.walk([&](Block *block) {
    if (isa<linalg::LinalgOp>(block->getParentOp()))
      return;
    for (Operation &op : llvm::reverse(*block))
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        if (linalgOp.hasPureTensorSemantics() && !isa<linalg::FillOp>(op))
          candidates.push_back(linalgOp);
  });
  return candidates;
}

void TileAndFuse::runOnOperation() {
  FunctionOpInterface func = getOperation();
  if (func.isExternal())
    return;
  DenseSet<Operation *> done;
  for (linalg::LinalgOp root : collectCandidates(func)) {
    if (!done.contains(root) && failed(processRoot(root, done)))
      return signalPassFailure();
  }
  RewritePatternSet patterns(&getContext());
  tensor::populateFoldTensorEmptyPatterns(patterns);
  tensor::ExtractSliceOp::getCanonicalizationPatterns(patterns, &getContext());
  linalg::FillOp::getCanonicalizationPatterns(patterns, &getContext());
  scf::ForallOp::getCanonicalizationPatterns(patterns, &getContext());
  scf::ForOp::getCanonicalizationPatterns(patterns, &getContext());
  affine::AffineMinOp::getCanonicalizationPatterns(patterns, &getContext());
  affine::AffineApplyOp::getCanonicalizationPatterns(patterns, &getContext());
  if (failed(applyPatternsGreedily(func, std::move(patterns)))) {
    func.emitError("simplification after tiling did not come to an end");
    signalPassFailure();
  }
}
