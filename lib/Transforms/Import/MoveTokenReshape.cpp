//===- MoveTokenReshape.cpp - Regroup tokens before a linear ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Moves a reshape that regroups tokens from the result of a linear to its
// operands, so that the elementwise ops after it can become its epilogue.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace sparseopt {

namespace {
/// An expand_shape or collapse_shape of tokens.
struct TokenReshape {
  Operation *op;
  SmallVector<ReassociationIndices> groups;

  bool isExpand() const { return isa<tensor::ExpandShapeOp>(op); }
  RankedTensorType getType() const {
    return cast<RankedTensorType>(op->getResult(0).getType());
  }
  Value apply(OpBuilder &builder, Value value) const;
};
} // namespace

/// `value`, [tokens.., features], with the tokens regrouped.
Value TokenReshape::apply(OpBuilder &builder, Value value) const {
  auto type = cast<RankedTensorType>(value.getType());
  int64_t features = type.getShape().back();
  SmallVector<int64_t> shape(getType().getShape());
  shape.back() = features;
  if (!isExpand())
    return tensor::CollapseShapeOp::create(builder, value.getLoc(), value,
                                           groups);
  SmallVector<OpFoldResult> sizes =
      cast<tensor::ExpandShapeOp>(op).getMixedOutputShape();
  sizes.back() = builder.getIndexAttr(features);
  return tensor::ExpandShapeOp::create(builder, value.getLoc(),
                                       type.clone(shape), value, groups, sizes);
}

static std::optional<TokenReshape> getTokenReshape(Value value) {
  if (!value.hasOneUse())
    return std::nullopt;
  TokenReshape reshape{*value.user_begin(), {}};
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(reshape.op))
    reshape.groups = expand.getReassociationIndices();
  else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(reshape.op))
    reshape.groups = collapse.getReassociationIndices();
  // The features stay a dim of their own.
  if (reshape.groups.size() < 2 || reshape.groups.back().size() != 1)
    return std::nullopt;
  return reshape;
}

/// The map of an extra after the reshape: everything is regrouped with it, or
/// only features are read. Null for a map over some of the tokens.
static AffineMap getMovedMap(AffineMap map, unsigned newRank) {
  MLIRContext *context = map.getContext();
  if (map.isIdentity())
    return AffineMap::getMultiDimIdentityMap(newRank, context);
  if (map.getNumResults() == 0)
    return AffineMap::get(newRank, 0, context);
  if (map.getNumResults() != 1 || !map.isFunctionOfDim(map.getNumDims() - 1))
    return {};
  return AffineMap::get(newRank, 0, getAffineDimExpr(newRank - 1, context));
}

/// Whether all features of `value` are known; a dynamic size would have to be
/// computed for the reshape.
static bool hasStaticFeatures(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return !type.isDynamicDim(type.getRank() - 1);
}

sparsity::LinearOp moveTokenReshapeToInput(RewriterBase &rewriter,
                                           sparsity::LinearOp linear) {
  std::optional<TokenReshape> reshape = getTokenReshape(linear.getResult(0));
  if (!reshape || !findElementwiseGroup(reshape->op->getResult(0)) ||
      !hasStaticFeatures(linear.getInput()) ||
      !hasStaticFeatures(linear.getInit()))
    return {};
  SmallVector<AffineMap> oldMaps(
      linear.getExtraMaps().getAsValueRange<AffineMapAttr>());
  SmallVector<AffineMap> maps;
  for (auto [map, extra] : llvm::zip(oldMaps, linear.getExtras())) {
    maps.push_back(getMovedMap(map, reshape->getType().getRank()));
    if (!maps.back() || (map.isIdentity() && !hasStaticFeatures(extra)))
      return {};
  }
  rewriter.setInsertionPoint(reshape->op);
  SmallVector<Value> extras(linear.getExtras());
  for (auto [map, extra] : llvm::zip(oldMaps, extras))
    if (map.isIdentity())
      extra = reshape->apply(rewriter, extra);
  auto moved = sparsity::LinearOp::create(
      rewriter, linear.getLoc(), reshape->apply(rewriter, linear.getInput()),
      linear.getWeight(), extras, maps,
      reshape->apply(rewriter, linear.getInit()));
  moved.getEpilogue().takeBody(linear.getEpilogue());
  Value result = moved.getResult(0);
  if (result.getType() != reshape->getType())
    result = tensor::CastOp::create(rewriter, linear.getLoc(),
                                    reshape->getType(), result);
  rewriter.replaceOp(reshape->op, result);
  rewriter.eraseOp(linear);
  return moved;
}

} // namespace sparseopt
