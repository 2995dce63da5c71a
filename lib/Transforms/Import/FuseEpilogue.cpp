//===- FuseEpilogue.cpp - Take elementwise ops into epilogues ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Merges the elementwise ops that follow a linear into its epilogue; their
// other operands become extras.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace sparseopt {

namespace {
/// Builds the linear that does what `linear` and `group` do.
class Fusion {
public:
  Fusion(RewriterBase &rewriter, sparsity::LinearOp linear,
         const ElementwiseGroup &group)
      : rewriter(rewriter), linear(linear), group(group),
        last(group.ops.back()), loc(linear.getLoc()),
        rank(cast<RankedTensorType>(linear.getInit().getType()).getRank()) {}

  sparsity::LinearOp run();

private:
  unsigned addExtra(Extra extra);
  unsigned addScalar(Value value);
  void addOperand(OpOperand &operand, linalg::LinalgOp op);
  void addCaptured(linalg::LinalgOp op);
  Extra makeExtra(OpOperand &operand, linalg::LinalgOp op);
  Value buildDestination();
  void buildRegion(sparsity::LinearOp fused);
  Value cloneEpilogue(Block *block);
  Value cloneBody(linalg::LinalgOp op, Block *block);
  void replaceGroup(sparsity::LinearOp fused);

  RewriterBase &rewriter;
  sparsity::LinearOp linear;
  const ElementwiseGroup &group;
  linalg::LinalgOp last;
  Location loc;
  unsigned rank;
  SmallVector<Value> extras;
  SmallVector<AffineMap> maps;
  /// Extra of each value that a body reads: block arguments and captured
  /// scalars.
  llvm::DenseMap<Value, unsigned> extraOf;
  /// Constants that bodies read.
  llvm::DenseMap<Value, TypedAttr> constantOf;
  /// Scalars that the epilogue computes for the values of the group.
  llvm::DenseMap<Value, Value> scalarOf;
};
} // namespace

//===----------------------------------------------------------------------===//
// Extras
//===----------------------------------------------------------------------===//

unsigned Fusion::addExtra(Extra extra) {
  for (unsigned i = 0, e = extras.size(); i < e; ++i)
    if (extras[i] == extra.value && maps[i] == extra.map)
      return i;
  extras.push_back(extra.value);
  maps.push_back(extra.map);
  return extras.size() - 1;
}

unsigned Fusion::addScalar(Value value) {
  Value tensor = tensor::FromElementsOp::create(
      rewriter, loc, RankedTensorType::get({}, value.getType()), value);
  return addExtra({tensor, AffineMap::get(rank, 0, rewriter.getContext())});
}

/// `operand` over the dims of the linear.
Extra Fusion::makeExtra(OpOperand &operand, linalg::LinalgOp op) {
  AffineMap map = getMapOverResult(operand, op);
  auto resultType = cast<RankedTensorType>(op->getResult(0).getType());
  MLIRContext *context = map.getContext();
  // Where operand and result have the same dims, a unit dim is read at its own
  // loop instead of at 0.
  SmallVector<AffineExpr> exprs;
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    bool isOwnUnit = isa<AffineConstantExpr>(expr) &&
                     map.getNumResults() == map.getNumDims() &&
                     resultType.getDimSize(pos) == 1 &&
                     !map.isFunctionOfDim(pos);
    exprs.push_back(isOwnUnit ? getAffineDimExpr(pos, context) : expr);
  }
  map = AffineMap::get(map.getNumDims(), 0, exprs, context);
  Extra extra = dropUnitDims(
      rewriter, loc,
      {operand.get(),
       map.compose(AffineMap::get(rank, 0, group.toLinear, context))});
  peelBroadcasts(extra);
  return extra;
}

void Fusion::addOperand(OpOperand &operand, linalg::LinalgOp op) {
  Value arg = op.getMatchingBlockArgument(&operand);
  if (TypedAttr constant = getSplatConstant(operand.get()))
    constantOf[arg] = constant;
  else if (isa<RankedTensorType>(operand.get().getType()))
    extraOf[arg] = addExtra(makeExtra(operand, op));
  else
    extraOf[arg] = addScalar(operand.get());
}

/// Constants are cloned into the epilogue, other scalars become extras, so that
/// the epilogue stands alone.
void Fusion::addCaptured(linalg::LinalgOp op) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured) {
    if (TypedAttr constant = getSplatConstant(value))
      constantOf[value] = constant;
    else
      extraOf[value] = addScalar(value);
  }
}

//===----------------------------------------------------------------------===//
// The new linear
//===----------------------------------------------------------------------===//

Value Fusion::buildDestination() {
  auto oldType = cast<RankedTensorType>(linear.getInit().getType());
  OpOperand *init = last.getDpsInitOperand(0);
  // A destination that is also an extra would be copied first.
  if (group.views.empty() && !group.contains(init->get()) &&
      !llvm::is_contained(extras, init->get()) &&
      !last.payloadUsesValueFromOperand(init) &&
      init->get().getType() == oldType &&
      last.getMatchingIndexingMap(init).isIdentity())
    return init->get();
  Type element = getElementTypeOrSelf(init->get().getType());
  Value old = linear.getInit();
  if (element == oldType.getElementType())
    return old;
  auto empty = old.getDefiningOp<tensor::EmptyOp>();
  return tensor::EmptyOp::create(
      rewriter, loc,
      empty ? empty.getMixedSizes() : tensor::getMixedSizes(rewriter, loc, old),
      element);
}

/// Clones the linear's own epilogue and returns what it yields.
Value Fusion::cloneEpilogue(Block *block) {
  Value accumulator = block->getArgument(0);
  if (linear.getEpilogue().empty())
    return convertScalarToDtype(
        rewriter, loc, accumulator,
        getElementTypeOrSelf(linear.getInit().getType()),
        /*isUnsignedCast=*/false);
  IRMapping mapping;
  Block &old = linear.getEpilogue().front();
  for (auto [arg, copy] : llvm::zip(old.getArguments(), block->getArguments()))
    mapping.map(arg, copy);
  for (Operation &op : old.without_terminator())
    rewriter.clone(op, mapping);
  return mapping.lookupOrDefault(old.getTerminator()->getOperand(0));
}

/// Clones the body of `op` and returns what it yields.
Value Fusion::cloneBody(linalg::LinalgOp op, Block *block) {
  IRMapping mapping;
  for (auto [value, extra] : extraOf)
    mapping.map(value, block->getArgument(1 + extra));
  for (OpOperand &operand : op->getOpOperands())
    if (group.contains(operand.get()))
      mapping.map(op.getMatchingBlockArgument(&operand),
                  scalarOf.lookup(operand.get()));
  for (Operation &nested : *op.getBlock()) {
    for (Value value : nested.getOperands())
      if (TypedAttr constant = constantOf.lookup(value);
          constant && !mapping.contains(value))
        mapping.map(value, arith::ConstantOp::create(rewriter, loc, constant));
    if (!nested.hasTrait<OpTrait::IsTerminator>())
      rewriter.clone(nested, mapping);
  }
  return mapping.lookupOrDefault(op.getBlock()->getTerminator()->getOperand(0));
}

void Fusion::buildRegion(sparsity::LinearOp fused) {
  OpBuilder::InsertionGuard guard(rewriter);
  Block *block = rewriter.createBlock(&fused.getEpilogue());
  block->addArgument(
      cast<LinearOpInterface>(linear.getOperation()).getAccumulatorType(), loc);
  for (Value extra : extras)
    block->addArgument(getElementTypeOrSelf(extra.getType()), loc);
  scalarOf[group.read] = cloneEpilogue(block);
  for (linalg::LinalgOp op : group.ops)
    scalarOf[op->getResult(0)] = cloneBody(op, block);
  sparsity::YieldOp::create(rewriter, loc, scalarOf[last->getResult(0)]);
}

/// `view` of `value`, which may have another element type than its operand.
static Value cloneView(OpBuilder &builder, Operation *view, Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  if (auto transpose = dyn_cast<linalg::TransposeOp>(view)) {
    auto empty = transpose.getInit().getDefiningOp<tensor::EmptyOp>();
    SmallVector<OpFoldResult> sizes =
        empty ? empty.getMixedSizes()
              : tensor::getMixedSizes(builder, view->getLoc(),
                                      transpose.getInit());
    Value init =
        tensor::EmptyOp::create(builder, view->getLoc(), sizes, element);
    return linalg::TransposeOp::create(builder, view->getLoc(), value, init,
                                       transpose.getPermutation())
        ->getResult(0);
  }
  Operation *clone = builder.clone(*view);
  clone->setOperand(0, value);
  Value result = clone->getResult(0);
  result.setType(cast<RankedTensorType>(result.getType()).clone(element));
  return result;
}

void Fusion::replaceGroup(sparsity::LinearOp fused) {
  Value result = fused.getResult(0);
  for (Operation *view : group.views)
    result = cloneView(rewriter, view, result);
  Type wanted = last->getResult(0).getType();
  if (result.getType() != wanted)
    result = tensor::CastOp::create(rewriter, loc, wanted, result);
  rewriter.replaceOp(last, result);
  for (linalg::LinalgOp op : llvm::reverse(ArrayRef(group.ops).drop_back()))
    rewriter.eraseOp(op);
  for (Operation *view : llvm::reverse(group.views))
    rewriter.eraseOp(view);
  rewriter.eraseOp(linear);
}

sparsity::LinearOp Fusion::run() {
  rewriter.setInsertionPoint(last);
  llvm::append_range(extras, linear.getExtras());
  llvm::append_range(maps,
                     linear.getExtraMaps().getAsValueRange<AffineMapAttr>());
  for (linalg::LinalgOp op : group.ops) {
    for (OpOperand &operand : op->getOpOperands())
      if (!group.contains(operand.get()) &&
          op.payloadUsesValueFromOperand(&operand))
        addOperand(operand, op);
    addCaptured(op);
  }
  auto fused = sparsity::LinearOp::create(rewriter, loc, linear.getInput(),
                                          linear.getWeight(), extras, maps,
                                          buildDestination());
  buildRegion(fused);
  rewriter.setInsertionPointAfter(fused);
  replaceGroup(fused);
  return fused;
}

sparsity::LinearOp fuseEpilogue(RewriterBase &rewriter,
                                sparsity::LinearOp linear, unsigned &numFused) {
  while (true) {
    if (std::optional<ElementwiseGroup> group =
            findElementwiseGroup(linear.getResult(0))) {
      linear = Fusion(rewriter, linear, *group).run();
      numFused += group->ops.size();
    } else if (auto moved = moveTokenReshapeToInput(rewriter, linear)) {
      linear = moved;
    } else {
      return linear;
    }
  }
}

} // namespace sparseopt
