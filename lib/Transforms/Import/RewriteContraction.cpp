//===- RewriteContraction.cpp - From a contraction to a linear --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the linear of a recognised contraction, with reshapes around it where
// the contraction has unit dims or several input or output dims.
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"
#include "Epilogue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace sparseopt {

namespace {
/// Builds one linear.
class LinearBuilder {
public:
  LinearBuilder(RewriterBase &rewriter, Contraction &c)
      : rewriter(rewriter), c(c), loc(c.op.getLoc()),
        weightType(cast<RankedTensorType>(c.linearWeight.getType())),
        resultType(cast<RankedTensorType>(c.op->getResult(0).getType())),
        inputMap(c.inputMap), resultMap(c.resultMap) {}

  sparsity::LinearOp build();

private:
  SmallVector<int64_t> getTokensFirst(AffineMap map,
                                      ArrayRef<unsigned> last) const;
  SmallVector<OpFoldResult> getResultSizes();
  SmallVector<ReassociationIndices> getGroups(AffineMap map,
                                              ArrayRef<unsigned> last) const;
  Value flatten(Value value, AffineMap map, ArrayRef<unsigned> last,
                int64_t lastSize);
  Value buildInput();
  RankedTensorType getLinearType() const;
  Value buildDestination();
  SmallVector<AffineExpr> getLinearDims() const;
  SmallVector<Extra> buildInitExtra();
  void buildEpilogue(sparsity::LinearOp linear);
  Value restoreShape(Value result);

  RewriterBase &rewriter;
  Contraction &c;
  Location loc;
  /// The weight, and the result before it is transposed back.
  RankedTensorType weightType, resultType;
  /// From loops to the dims of the activation and the result, transposed.
  AffineMap inputMap, resultMap;
  /// From the result's dims to the transposed ones; empty without a transpose.
  SmallVector<int64_t> resultOrder;
};
} // namespace

/// The sizes of `value`, taken from the destination that it was written to, so
/// that they do not keep the op alive that wrote it.
static SmallVector<OpFoldResult> getSizes(OpBuilder &builder, Location loc,
                                          Value value) {
  while (auto op = value.getDefiningOp<linalg::LinalgOp>())
    value = op.getTiedOpOperand(cast<OpResult>(value))->get();
  if (auto empty = value.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes();
  return tensor::getMixedSizes(builder, loc, value);
}

//===----------------------------------------------------------------------===//
// Transposes
//===----------------------------------------------------------------------===//

/// `value` with its dims in the order of `permutation`; `sizes` are those of
/// `value`.
static Value transpose(OpBuilder &builder, Location loc, Value value,
                       SmallVector<OpFoldResult> sizes,
                       ArrayRef<int64_t> permutation) {
  if (isIdentityPermutation(permutation))
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  for (auto [size, known] : llvm::zip(sizes, type.getShape()))
    if (ShapedType::isStatic(known))
      size = builder.getIndexAttr(known);
  applyPermutationToVector(sizes, permutation);
  Value init =
      tensor::EmptyOp::create(builder, loc, sizes, type.getElementType());
  return linalg::TransposeOp::create(builder, loc, value, init, permutation)
      ->getResult(0);
}

static AffineMap permuteResults(AffineMap map, ArrayRef<int64_t> permutation) {
  return AffineMap::getPermutationMap(permutation, map.getContext())
      .compose(map);
}

/// The dims of a tensor read at `map` in the order [unit dims.., tokens..,
/// last..].
SmallVector<int64_t>
LinearBuilder::getTokensFirst(AffineMap map, ArrayRef<unsigned> last) const {
  SmallVector<int64_t> kept;
  for (ArrayRef<unsigned> loops : {ArrayRef<unsigned>(c.tokens), last})
    for (unsigned loop : loops)
      kept.push_back(
          *map.getResultPosition(getAffineDimExpr(loop, map.getContext())));
  SmallVector<int64_t> order;
  for (int64_t pos = 0, e = map.getNumResults(); pos < e; ++pos)
    if (!llvm::is_contained(kept, pos))
      order.push_back(pos);
  llvm::append_range(order, kept);
  return order;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The value under a fill, where nothing reads what was there before.
static Value stripFill(Value init) {
  if (auto fill = init.getDefiningOp<linalg::FillOp>())
    return fill.getOutputs()[0];
  return init;
}

static bool isZero(TypedAttr constant) {
  if (auto value = dyn_cast_or_null<FloatAttr>(constant))
    return value.getValue().isZero();
  auto value = dyn_cast_or_null<IntegerAttr>(constant);
  return value && value.getValue().isZero();
}

SmallVector<OpFoldResult> LinearBuilder::getResultSizes() {
  SmallVector<OpFoldResult> sizes =
      getSizes(rewriter, loc, c.op.getDpsInits()[0]);
  if (!resultOrder.empty())
    applyPermutationToVector(sizes, resultOrder);
  return sizes;
}

/// Groups of the dims of a tensor read at `map`: one per token dim, and one of
/// the dims of `last`; unit dims join the group before them.
SmallVector<ReassociationIndices>
LinearBuilder::getGroups(AffineMap map, ArrayRef<unsigned> last) const {
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices leading;
  bool inLast = false;
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    bool isLast = dim && llvm::is_contained(last, dim.getPosition());
    bool isToken = dim && llvm::is_contained(c.tokens, dim.getPosition());
    if (isToken || (isLast && !inLast))
      groups.push_back(std::exchange(leading, {}));
    inLast |= isLast;
    (groups.empty() ? leading : groups.back()).push_back(pos);
  }
  return groups;
}

/// `value`, read at `map`, with shape [tokens.., lastSize].
Value LinearBuilder::flatten(Value value, AffineMap map,
                             ArrayRef<unsigned> last, int64_t lastSize) {
  SmallVector<ReassociationIndices> groups = getGroups(map, last);
  if (groups.size() < map.getNumResults())
    value = rewriter.createOrFold<tensor::CollapseShapeOp>(loc, value, groups);
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.isDynamicDim(type.getRank() - 1))
    return value;
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = lastSize;
  return tensor::CastOp::create(rewriter, loc, type.clone(shape), value);
}

Value LinearBuilder::buildInput() {
  Value input = c.input->get();
  if (c.transposesActivations)
    input = transpose(rewriter, loc, input, getSizes(rewriter, loc, input),
                      getTokensFirst(c.inputMap, c.ins));
  input = flatten(input, inputMap, c.ins, weightType.getDimSize(1));
  if (!c.tokens.empty())
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  return tensor::ExpandShapeOp::create(
      rewriter, loc, type.clone({1, weightType.getDimSize(1)}), input,
      SmallVector<ReassociationIndices>{{0, 1}});
}

/// [tokens.., out]; a single vector counts as one token.
RankedTensorType LinearBuilder::getLinearType() const {
  SmallVector<int64_t> shape;
  for (auto [pos, expr] : llvm::enumerate(resultMap.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (llvm::is_contained(c.tokens, dim.getPosition()))
        shape.push_back(resultType.getDimSize(pos));
  if (shape.empty())
    shape.push_back(1);
  shape.push_back(weightType.getDimSize(0));
  return RankedTensorType::get(shape, resultType.getElementType());
}

Value LinearBuilder::buildDestination() {
  RankedTensorType type = getLinearType();
  Value init = c.op.getDpsInits()[0];
  Value unfilled = stripFill(init);
  if (unfilled != init && unfilled.getType() == type)
    return unfilled;
  SmallVector<OpFoldResult> sizes = getResultSizes();
  SmallVector<OpFoldResult> wanted;
  for (auto [pos, expr] : llvm::enumerate(resultMap.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (llvm::is_contained(c.tokens, dim.getPosition()))
        wanted.push_back(sizes[pos]);
  if (wanted.empty())
    wanted.push_back(rewriter.getIndexAttr(1));
  wanted.push_back(rewriter.getIndexAttr(type.getShape().back()));
  return tensor::EmptyOp::create(rewriter, loc, wanted, type.getElementType());
}

/// The dim of the linear's result that each dim of the contraction's result
/// is; the constant 0 for unit dims that it lacks. Empty if several dims are one.
SmallVector<AffineExpr> LinearBuilder::getLinearDims() const {
  SmallVector<AffineExpr> dims;
  if (c.outs.size() > 1)
    return dims;
  unsigned token = 0;
  for (AffineExpr expr : c.resultMap.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (dim && dim.getPosition() == c.outs[0])
      dims.push_back(rewriter.getAffineDimExpr(getLinearType().getRank() - 1));
    else if (dim && llvm::is_contained(c.tokens, dim.getPosition()))
      dims.push_back(rewriter.getAffineDimExpr(token++));
    else
      dims.push_back(rewriter.getAffineConstantExpr(0));
  }
  return dims;
}

/// The initial value of the sum, if it is not zero.
SmallVector<Extra> LinearBuilder::buildInitExtra() {
  Value init = c.op.getDpsInits()[0];
  if (isZero(getSplatConstant(init)))
    return {};
  unsigned rank = getLinearType().getRank();
  SmallVector<AffineExpr> dims = getLinearDims();
  if (!dims.empty()) {
    Extra extra{init, rewriter.getMultiDimIdentityMap(dims.size())};
    peelBroadcasts(extra);
    extra.map =
        extra.map.compose(AffineMap::get(rank, 0, dims, rewriter.getContext()));
    return {dropUnitDims(rewriter, loc, extra)};
  }
  AffineMap map = rewriter.getMultiDimIdentityMap(rank);
  if (c.tokens.empty())
    map = map.getMinorIdentityMap(rank, 1, rewriter.getContext());
  if (c.transposesActivations)
    init = transpose(rewriter, loc, init, getSizes(rewriter, loc, init),
                     resultOrder);
  return {{flatten(init, resultMap, c.outs, weightType.getDimSize(0)), map}};
}

void LinearBuilder::buildEpilogue(sparsity::LinearOp linear) {
  if (linear.getExtras().empty() &&
      c.accumulator == getDefaultAccumulatorType(weightType.getElementType()))
    return;
  OpBuilder::InsertionGuard guard(rewriter);
  Block *block = rewriter.createBlock(&linear.getEpilogue());
  Value value = block->addArgument(c.accumulator, loc);
  for (Value extra : linear.getExtras()) {
    Value arg = block->addArgument(getElementTypeOrSelf(extra.getType()), loc);
    Value wide = convertScalarToDtype(rewriter, loc, arg, c.accumulator,
                                      /*isUnsignedCast=*/false);
    if (isa<FloatType>(c.accumulator))
      value = arith::AddFOp::create(rewriter, loc, value, wide);
    else
      value = arith::AddIOp::create(rewriter, loc, value, wide);
  }
  value =
      convertScalarToDtype(rewriter, loc, value, resultType.getElementType(),
                           /*isUnsignedCast=*/false);
  sparsity::YieldOp::create(rewriter, loc, value);
}

/// `result`, [tokens.., out], with the shape of the contraction's result.
Value LinearBuilder::restoreShape(Value result) {
  if (c.tokens.empty())
    result = tensor::CollapseShapeOp::create(
        rewriter, loc, result, SmallVector<ReassociationIndices>{{0, 1}});
  SmallVector<ReassociationIndices> groups = getGroups(resultMap, c.outs);
  if (groups.size() < resultMap.getNumResults()) {
    // Output dims are known from the weight, where the type leaves them open.
    SmallVector<int64_t> shape(resultType.getShape());
    for (auto [pos, expr] : llvm::enumerate(resultMap.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim)
        shape[pos] = 1;
      else if (!llvm::is_contained(c.tokens, dim.getPosition()))
        shape[pos] = c.op.getStaticLoopRanges()[dim.getPosition()];
    }
    SmallVector<OpFoldResult> sizes = getResultSizes();
    for (auto [pos, size] : llvm::enumerate(shape))
      if (ShapedType::isStatic(size))
        sizes[pos] = rewriter.getIndexAttr(size);
    result = tensor::ExpandShapeOp::create(
        rewriter, loc, resultType.clone(shape), result, groups, sizes);
  }
  if (c.transposesActivations)
    result = transpose(rewriter, loc, result, getResultSizes(),
                       invertPermutationVector(resultOrder));
  Type wanted = c.op->getResult(0).getType();
  if (result.getType() != wanted)
    result = tensor::CastOp::create(rewriter, loc, wanted, result);
  return result;
}

sparsity::LinearOp LinearBuilder::build() {
  rewriter.setInsertionPoint(c.op);
  if (c.transposesActivations) {
    resultOrder = getTokensFirst(c.resultMap, c.outs);
    inputMap = permuteResults(c.inputMap, getTokensFirst(c.inputMap, c.ins));
    resultMap = permuteResults(c.resultMap, resultOrder);
    resultType =
        resultType.clone(applyPermutation(resultType.getShape(), resultOrder));
  }
  Value input = buildInput();
  Value destination = buildDestination();
  SmallVector<Value> extras;
  SmallVector<AffineMap> maps;
  for (const Extra &extra : buildInitExtra()) {
    extras.push_back(extra.value);
    maps.push_back(extra.map);
  }
  auto linear = sparsity::LinearOp::create(rewriter, loc, input, c.linearWeight,
                                           extras, maps, destination);
  buildEpilogue(linear);
  rewriter.setInsertionPointAfter(linear);
  rewriter.replaceOp(c.op, restoreShape(linear.getResult(0)));
  return linear;
}

sparsity::LinearOp rewriteContraction(RewriterBase &rewriter,
                                      Contraction &contraction) {
  return LinearBuilder(rewriter, contraction).build();
}

} // namespace sparseopt
