//===- OrientContractions.cpp - Lay operands along the result ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A contraction whose vectors lie along its result wants to read one operand along the
// same dimension. If that operand lies along the reduction it is transposed once,
// which later passes do tile by tile.
//
//===----------------------------------------------------------------------===//

#include "Rewrites.h"

#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;

/// The innermost dimension of the operand, as a loop of the op.
static std::optional<unsigned> getInnermostLoop(AffineMap map) {
  if (map.getNumResults() == 0)
    return std::nullopt;
  auto dim = dyn_cast<AffineDimExpr>(map.getResults().back());
  return dim ? std::optional<unsigned>(dim.getPosition()) : std::nullopt;
}

/// Product of the sizes of the loops that the result has and the operand has not:
/// how often an element of the operand is used. Dynamic sizes count as many.
static int64_t countUses(linalg::GenericOp op, AffineMap operandMap,
                         AffineMap resultMap) {
  int64_t uses = 1;
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  for (AffineExpr expr : resultMap.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || operandMap.isFunctionOfDim(dim.getPosition()))
      continue;
    int64_t size = sizes[dim.getPosition()];
    if (ShapedType::isDynamic(size))
      return std::numeric_limits<int64_t>::max();
    uses *= size;
  }
  return uses;
}

/// Replaces the operand by a copy with dimension `loop` last.
static void transposeOperand(RewriterBase &rewriter, linalg::GenericOp op,
                             OpOperand &operand, unsigned loop) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  SmallVector<AffineExpr> newResults;
  SmallVector<int64_t> order;
  int64_t last =
      *map.getResultPosition(getAffineDimExpr(loop, op.getContext()));
  // Outer loops first: they are those that later passes tile.
  for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
    if (std::optional<unsigned> position =
            map.getResultPosition(getAffineDimExpr(dim, op.getContext())))
      if (*position != last)
        order.push_back(*position);
  order.push_back(last);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, operand.get());
  SmallVector<OpFoldResult> newSizes;
  SmallVector<AffineExpr> source(order.size());
  for (auto [position, old] : llvm::enumerate(order)) {
    newSizes.push_back(sizes[old]);
    newResults.push_back(map.getResult(old));
    source[old] = getAffineDimExpr(position, op.getContext());
  }
  Value empty = tensor::EmptyOp::create(rewriter, loc, newSizes,
                                        getElementTypeOrSelf(operand.get()));
  AffineMap sourceMap =
      AffineMap::get(order.size(), 0, source, op.getContext());
  SmallVector<utils::IteratorType> iterators(order.size(),
                                             utils::IteratorType::parallel);
  auto transposed = linalg::GenericOp::create(
      rewriter, loc, empty.getType(), operand.get(), empty,
      ArrayRef<AffineMap>{sourceMap,
                          rewriter.getMultiDimIdentityMap(order.size())},
      iterators, [](OpBuilder &b, Location loc, ValueRange args) {
        linalg::YieldOp::create(b, loc, args[0]);
      });
  rewriter.modifyOpInPlace(op, [&] {
    operand.set(transposed.getResult(0));
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    maps[operand.getOperandNumber()] =
        AffineMap::get(map.getNumDims(), 0, newResults, op.getContext());
    op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
  });
}

static void orientContraction(RewriterBase &rewriter, linalg::GenericOp op,
                              int64_t minRows) {
  AffineMap resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  std::optional<unsigned> along = getInnermostLoop(resultMap);
  if (!along)
    return;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(operand);
    std::optional<unsigned> innermost = getInnermostLoop(map);
    if (!map.isFunctionOfDim(*along) || !innermost || *innermost == *along ||
        !map.isProjectedPermutation() ||
        !linalg::isReductionIterator(op.getIteratorTypesArray()[*innermost]) ||
        countUses(op, map, resultMap) < minRows)
      continue;
    transposeOperand(rewriter, op, *operand, *along);
  }
}

void sparseopt::orientContractions(RewriterBase &rewriter,
                                   FunctionOpInterface func, int64_t minRows) {
  if (minRows == 0)
    return;
  SmallVector<linalg::GenericOp> contractions;
  func.walk([&](linalg::GenericOp op) {
    if (op.hasPureTensorSemantics() && isContraction(op))
      contractions.push_back(op);
  });
  for (linalg::GenericOp op : contractions)
    orientContraction(rewriter, op, minRows);
}
