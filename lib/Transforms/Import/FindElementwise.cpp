//===- FindElementwise.cpp - Elementwise ops that follow a linear --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the elementwise ops of linalg that can become the epilogue of a linear:
// a single op, or several between which a value fans out and comes together
// again, such as the ops of a GELU.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace sparseopt {

/// Bound on the search; the longest activation functions have about ten ops.
static constexpr unsigned kMaxGroupSize = 32;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

TypedAttr getSplatConstant(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    value = fill.getInputs()[0];
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return {};
  if (auto splat = dyn_cast<SplatElementsAttr>(constant))
    return dyn_cast<TypedAttr>(splat.getSplatValue<Attribute>());
  if (isa<ShapedType>(value.getType()))
    return {};
  return dyn_cast<TypedAttr>(constant);
}

/// Replaces `extra` by what a broadcast reads; false if it is no broadcast.
static bool peelBroadcast(Extra &extra) {
  auto op = extra.value.getDefiningOp<linalg::LinalgOp>();
  if (!op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0)
    return false;
  Block *body = op.getBlock();
  if (!body->without_terminator().empty() ||
      body->getTerminator()->getOperand(0) != body->getArgument(0) ||
      !isa<RankedTensorType>(op.getDpsInputs()[0].getType()))
    return false;
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  AffineMap in = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  if (!out.isPermutation() || in.getNumResults() >= out.getNumResults() ||
      !in.isProjectedPermutation())
    return false;
  extra = {op.getDpsInputs()[0],
           in.compose(inversePermutation(out)).compose(extra.map)};
  return true;
}

void peelBroadcasts(Extra &extra) {
  while (peelBroadcast(extra))
    continue;
}

Extra dropUnitDims(OpBuilder &builder, Location loc, Extra extra) {
  SmallVector<ReassociationIndices> groups;
  SmallVector<AffineExpr> kept;
  ReassociationIndices leading;
  for (auto [pos, expr] : llvm::enumerate(extra.map.getResults())) {
    if (isa<AffineDimExpr>(expr)) {
      kept.push_back(expr);
      groups.push_back(std::exchange(leading, {}));
    }
    (groups.empty() ? leading : groups.back()).push_back(pos);
  }
  if (kept.size() == extra.map.getNumResults())
    return extra;
  return {
      builder.createOrFold<tensor::CollapseShapeOp>(loc, extra.value, groups),
      AffineMap::get(extra.map.getNumDims(), 0, kept, builder.getContext())};
}

AffineMap getMapOverResult(OpOperand &operand, linalg::LinalgOp op) {
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  return op.getMatchingIndexingMap(&operand).compose(inversePermutation(out));
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

static bool isScalar(Type type) { return type.isIntOrIndexOrFloat(); }

/// Whether the body can move into an epilogue: pure ops on scalars.
static bool isPureScalarBody(Block *body) {
  auto isScalarValue = [](Value value) { return isScalar(value.getType()); };
  return llvm::all_of(body->without_terminator(), [&](Operation &op) {
    return op.getNumRegions() == 0 && isMemoryEffectFree(&op) &&
           !isa<linalg::IndexOp>(op) &&
           llvm::all_of(op.getOperands(), isScalarValue) &&
           llvm::all_of(op.getResults(), isScalarValue);
  });
}

/// Whether `map` reads a tensor of type `type` at the position of the result;
/// front ends write 0 instead of the loop for unit dims.
static bool isIdentityUpToUnits(AffineMap map, RankedTensorType type) {
  if (map.getNumResults() != map.getNumDims())
    return false;
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    if (expr == getAffineDimExpr(pos, map.getContext()))
      continue;
    if (expr != getAffineConstantExpr(0, map.getContext()) ||
        type.getDimSize(pos) != 1)
      return false;
  }
  return true;
}

/// Whether `operand` can become an extra.
static bool canBeExtra(OpOperand &operand, linalg::LinalgOp op,
                       ArrayRef<AffineExpr> toLinear) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  if (!type)
    return isScalar(operand.get().getType());
  AffineMap map = getMapOverResult(operand, op);
  llvm::SmallDenseSet<AffineExpr> seen;
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    bool isZero = dim ? isa<AffineConstantExpr>(toLinear[dim.getPosition()])
                      : expr == getAffineConstantExpr(0, expr.getContext());
    if (isZero ? type.getDimSize(pos) != 1 : !dim || !seen.insert(expr).second)
      return false;
  }
  return true;
}

/// Whether `op` reads values of `group` elementwise, and nothing that an
/// epilogue cannot read.
static bool canJoin(linalg::LinalgOp op, const ElementwiseGroup &group) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 ||
      op->getNumResults() != 1 || op.getNumReductionLoops() != 0 ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isPermutation() ||
      !isPureScalarBody(op.getBlock()))
    return false;
  bool readsGroup = false;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (type && type.getEncoding())
      return false;
    if (!op.payloadUsesValueFromOperand(&operand))
      continue;
    if (!group.contains(operand.get())) {
      if (!canBeExtra(operand, op, group.toLinear))
        return false;
      continue;
    }
    readsGroup = true;
    if (!isIdentityUpToUnits(getMapOverResult(operand, op),
                             cast<RankedTensorType>(operand.get().getType())))
      return false;
  }
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  return readsGroup && llvm::all_of(captured, [](Value value) {
           return isScalar(value.getType());
         });
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

bool ElementwiseGroup::contains(Value value) const {
  return value == read ||
         (value.getDefiningOp() &&
          llvm::is_contained(ops, value.getDefiningOp<linalg::LinalgOp>()));
}

/// The first op of the block that uses the group's values and is not in it;
/// null if there is none, or one in another block. `last` is left out.
static Operation *findNextUser(const ElementwiseGroup &group, Block *block,
                               bool withoutLast) {
  Operation *first = nullptr;
  auto visit = [&](Value value) {
    for (Operation *user : value.getUsers()) {
      auto linalgUser = dyn_cast<linalg::LinalgOp>(user);
      if (linalgUser && llvm::is_contained(group.ops, linalgUser))
        continue;
      if (!first || user->getBlock() != block ||
          (first->getBlock() == block && user->isBeforeInBlock(first)))
        first = user;
    }
  };
  visit(group.read);
  ArrayRef<linalg::LinalgOp> ops = group.ops;
  for (linalg::LinalgOp op : withoutLast ? ops.drop_back() : ops)
    visit(op->getResult(0));
  return first;
}

static std::optional<ElementwiseGroup>
growGroup(Value read, SmallVector<AffineExpr> toLinear) {
  ElementwiseGroup group;
  group.read = read;
  group.toLinear = std::move(toLinear);
  Block *block = read.getParentBlock();
  while (group.ops.size() < kMaxGroupSize) {
    Operation *user = findNextUser(group, block, /*withoutLast=*/false);
    auto op = dyn_cast_or_null<linalg::LinalgOp>(user);
    if (!op || user->getBlock() != block || !canJoin(op, group))
      return std::nullopt;
    group.ops.push_back(op);
    if (!findNextUser(group, block, /*withoutLast=*/true))
      return group;
  }
  return std::nullopt;
}

static SmallVector<AffineExpr> getDims(Value value) {
  return llvm::map_to_vector(
      llvm::seq<unsigned>(cast<RankedTensorType>(value.getType()).getRank()),
      [&](unsigned dim) { return getAffineDimExpr(dim, value.getContext()); });
}

/// From the dims of the result of `op` to those of its source, if it only adds
/// or removes dims of static size 1, transposes or casts.
static std::optional<SmallVector<AffineExpr>> mapView(Operation *op) {
  if (isa<tensor::CastOp>(op) &&
      isa<RankedTensorType>(op->getResult(0).getType()))
    return getDims(op->getOperand(0));
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
    return llvm::map_to_vector(transpose.getPermutation(), [&](int64_t dim) {
      return getAffineDimExpr(dim, op->getContext());
    });
  auto expand = dyn_cast<tensor::ExpandShapeOp>(op);
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(op);
  if (!expand && !collapse)
    return std::nullopt;
  RankedTensorType larger =
      expand ? expand.getResultType() : collapse.getSrcType();
  auto groups = expand ? expand.getReassociationIndices()
                       : collapse.getReassociationIndices();
  MLIRContext *context = op->getContext();
  SmallVector<AffineExpr> exprs;
  for (auto [pos, group] : llvm::enumerate(groups)) {
    SmallVector<int64_t> real;
    llvm::copy_if(group, std::back_inserter(real),
                  [&](int64_t dim) { return larger.getDimSize(dim) != 1; });
    if (real.size() > 1)
      return std::nullopt;
    int64_t kept = real.empty() ? group.front() : real.front();
    if (collapse)
      exprs.push_back(getAffineDimExpr(kept, context));
    for (int64_t dim : group)
      if (expand)
        exprs.push_back(dim == kept ? getAffineDimExpr(pos, context)
                                    : getAffineConstantExpr(0, context));
  }
  return exprs;
}

std::optional<ElementwiseGroup> findElementwiseGroup(Value value) {
  SmallVector<AffineExpr> toLinear = getDims(value);
  SmallVector<Operation *> views;
  while (true) {
    if (auto group = growGroup(value, toLinear)) {
      group->views = views;
      return group;
    }
    Operation *view = value.hasOneUse() ? *value.user_begin() : nullptr;
    auto exprs = view ? mapView(view) : std::nullopt;
    if (!exprs || value != view->getOperand(0))
      return std::nullopt;
    for (AffineExpr &expr : *exprs)
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        expr = toLinear[dim.getPosition()];
    toLinear = *exprs;
    views.push_back(view);
    value = view->getResult(0);
  }
}

} // namespace sparseopt
