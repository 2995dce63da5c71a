//===- FuseEpilogue.cpp - Take elementwise ops into epilogues ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Merges the elementwise op of linalg that alone uses the result of a linear
// into the linear's epilogue; its other operands become extras.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace sparseopt {

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
  auto result = dyn_cast<OpResult>(extra.value);
  auto op = dyn_cast_or_null<linalg::LinalgOp>(extra.value.getDefiningOp());
  if (!result || !op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
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

//===----------------------------------------------------------------------===//
// The op that follows
//===----------------------------------------------------------------------===//

namespace {
/// The elementwise op that follows a linear.
struct Consumer {
  linalg::LinalgOp op;
  /// What the op reads: the linear's result, or a reshape of it that adds or
  /// removes unit dims.
  Value read;
  Operation *reshape = nullptr;
  /// From the dims of the op's result to those of the linear; the constant 0
  /// for unit dims that the linear lacks.
  SmallVector<AffineExpr> toLinear;
};
} // namespace

static Operation *getOnlyUser(Value value) {
  if (value.use_empty())
    return nullptr;
  Operation *user = *value.user_begin();
  return llvm::all_equal(value.getUsers()) ? user : nullptr;
}

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

/// The map of `operand` over the dims of the op's result.
static AffineMap getMapOverResult(OpOperand &operand, linalg::LinalgOp op) {
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  return op.getMatchingIndexingMap(&operand).compose(inversePermutation(out));
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
static bool canBeExtra(OpOperand &operand, const Consumer &consumer) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  if (!type)
    return isScalar(operand.get().getType());
  AffineMap map = getMapOverResult(operand, consumer.op);
  llvm::SmallDenseSet<AffineExpr> seen;
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    bool isZero =
        dim ? isa<AffineConstantExpr>(consumer.toLinear[dim.getPosition()])
            : expr == getAffineConstantExpr(0, expr.getContext());
    if (isZero ? type.getDimSize(pos) != 1 : !dim || !seen.insert(expr).second)
      return false;
  }
  return true;
}

static bool isRead(OpOperand &operand, linalg::LinalgOp op) {
  return op.payloadUsesValueFromOperand(&operand);
}

static bool canFuse(const Consumer &consumer) {
  linalg::LinalgOp op = consumer.op;
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 ||
      op->getNumResults() != 1 || op.getNumReductionLoops() != 0 ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isPermutation() ||
      !isPureScalarBody(op.getBlock()))
    return false;
  bool readsLinear = false;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isRead(operand, op))
      continue;
    if (operand.get() != consumer.read) {
      if (!canBeExtra(operand, consumer))
        return false;
      continue;
    }
    readsLinear = true;
    if (!isIdentityUpToUnits(getMapOverResult(operand, op),
                             cast<RankedTensorType>(operand.get().getType())))
      return false;
  }
  if (!readsLinear)
    return false;
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  return llvm::all_of(captured,
                      [](Value value) { return isScalar(value.getType()); });
}

/// From the dims of a reshape's result to those of its source, if the reshape
/// only adds or removes dims of static size 1.
static std::optional<SmallVector<AffineExpr>> mapUnitReshape(Operation *op) {
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

static std::optional<Consumer> findConsumer(sparsity::LinearOp linear) {
  Consumer consumer;
  consumer.read = linear.getResult(0);
  Operation *user = getOnlyUser(consumer.read);
  if (!user)
    return std::nullopt;
  if (auto exprs = mapUnitReshape(user)) {
    consumer.reshape = user;
    consumer.read = user->getResult(0);
    consumer.toLinear = *exprs;
    user = getOnlyUser(consumer.read);
  } else {
    int64_t rank = cast<RankedTensorType>(consumer.read.getType()).getRank();
    for (int64_t dim = 0; dim < rank; ++dim)
      consumer.toLinear.push_back(getAffineDimExpr(dim, linear.getContext()));
  }
  consumer.op = dyn_cast_or_null<linalg::LinalgOp>(user);
  if (!consumer.op || !canFuse(consumer))
    return std::nullopt;
  return consumer;
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

namespace {
/// Builds the linear that does what `linear` and `consumer` do.
class Fusion {
public:
  Fusion(RewriterBase &rewriter, sparsity::LinearOp linear, Consumer consumer)
      : rewriter(rewriter), linear(linear), consumer(consumer),
        loc(linear.getLoc()) {}

  sparsity::LinearOp run();

private:
  unsigned addExtra(Extra extra);
  void addOperand(OpOperand &operand);
  void addCaptured();
  Extra makeExtra(OpOperand &operand);
  Value buildDestination();
  void buildRegion(sparsity::LinearOp fused);
  void cloneOldEpilogue(Block *block);
  void cloneConsumer(Block *block);
  void replaceConsumer(sparsity::LinearOp fused);

  RewriterBase &rewriter;
  sparsity::LinearOp linear;
  Consumer consumer;
  Location loc;
  SmallVector<Value> extras;
  SmallVector<AffineMap> maps;
  /// Extra of each value that the body reads: block arguments and captured
  /// scalars.
  llvm::DenseMap<Value, unsigned> extraOf;
  /// Constants that the body reads.
  llvm::DenseMap<Value, TypedAttr> constantOf;
  /// What the old epilogue yields.
  Value oldResult;
};
} // namespace

unsigned Fusion::addExtra(Extra extra) {
  for (unsigned i = 0, e = extras.size(); i < e; ++i)
    if (extras[i] == extra.value && maps[i] == extra.map)
      return i;
  extras.push_back(extra.value);
  maps.push_back(extra.map);
  return extras.size() - 1;
}

/// `operand` as an extra: over the dims of the linear, without unit dims that
/// the linear lacks, and without broadcasts.
Extra Fusion::makeExtra(OpOperand &operand) {
  AffineMap map = getMapOverResult(operand, consumer.op);
  auto type = cast<RankedTensorType>(operand.get().getType());
  MLIRContext *context = map.getContext();
  auto resultType = cast<RankedTensorType>(consumer.op->getResult(0).getType());
  unsigned rank = cast<RankedTensorType>(linear.getInit().getType()).getRank();
  SmallVector<AffineExpr> exprs;
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    AffineExpr own = getAffineDimExpr(pos, context);
    bool isUnitDim = isa<AffineConstantExpr>(expr) &&
                     map.getNumResults() == map.getNumDims() &&
                     resultType.getDimSize(pos) == 1 &&
                     !map.isFunctionOfDim(pos);
    exprs.push_back(isUnitDim ? own : expr);
  }
  map = AffineMap::get(map.getNumDims(), 0, exprs, context);
  Extra extra{operand.get(),
              map.compose(AffineMap::get(rank, 0, consumer.toLinear, context))};
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
  if (kept.size() < static_cast<size_t>(type.getRank())) {
    extra.value = rewriter.createOrFold<tensor::CollapseShapeOp>(
        loc, extra.value, groups);
    extra.map = AffineMap::get(rank, 0, kept, context);
  }
  peelBroadcasts(extra);
  return extra;
}

void Fusion::addOperand(OpOperand &operand) {
  Value arg = consumer.op.getMatchingBlockArgument(&operand);
  if (TypedAttr constant = getSplatConstant(operand.get())) {
    constantOf[arg] = constant;
    return;
  }
  if (isa<RankedTensorType>(operand.get().getType())) {
    extraOf[arg] = addExtra(makeExtra(operand));
    return;
  }
  unsigned rank = cast<RankedTensorType>(linear.getInit().getType()).getRank();
  Value tensor = tensor::FromElementsOp::create(
      rewriter, loc, RankedTensorType::get({}, operand.get().getType()),
      operand.get());
  extraOf[arg] =
      addExtra({tensor, AffineMap::get(rank, 0, rewriter.getContext())});
}

/// Constants are cloned into the epilogue, other scalars become extras, so that
/// the epilogue stands alone.
void Fusion::addCaptured() {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(consumer.op->getRegions(), captured);
  unsigned rank = cast<RankedTensorType>(linear.getInit().getType()).getRank();
  for (Value value : captured) {
    if (TypedAttr constant = getSplatConstant(value)) {
      constantOf[value] = constant;
      continue;
    }
    Value tensor = tensor::FromElementsOp::create(
        rewriter, loc, RankedTensorType::get({}, value.getType()), value);
    extraOf[value] =
        addExtra({tensor, AffineMap::get(rank, 0, rewriter.getContext())});
  }
}

Value Fusion::buildDestination() {
  auto oldType = cast<RankedTensorType>(linear.getInit().getType());
  OpOperand *init = consumer.op.getDpsInitOperand(0);
  if (!consumer.reshape && init->get() != consumer.read &&
      !isRead(*init, consumer.op) && init->get().getType() == oldType &&
      consumer.op.getMatchingIndexingMap(init).isIdentity())
    return init->get();
  Type element = getElementTypeOrSelf(init->get().getType());
  if (element == oldType.getElementType())
    return linear.getInit();
  Value old = linear.getInit();
  auto empty = old.getDefiningOp<tensor::EmptyOp>();
  return tensor::EmptyOp::create(
      rewriter, loc,
      empty ? empty.getMixedSizes() : tensor::getMixedSizes(rewriter, loc, old),
      element);
}

void Fusion::cloneOldEpilogue(Block *block) {
  Value accumulator = block->getArgument(0);
  if (linear.getEpilogue().empty()) {
    oldResult =
        convertScalarToDtype(rewriter, loc, accumulator,
                             getElementTypeOrSelf(linear.getInit().getType()),
                             /*isUnsignedCast=*/false);
    return;
  }
  IRMapping mapping;
  Block &old = linear.getEpilogue().front();
  for (auto [arg, copy] : llvm::zip(old.getArguments(), block->getArguments()))
    mapping.map(arg, copy);
  for (Operation &op : old.without_terminator())
    rewriter.clone(op, mapping);
  oldResult = mapping.lookupOrDefault(old.getTerminator()->getOperand(0));
}

void Fusion::cloneConsumer(Block *block) {
  IRMapping mapping;
  for (auto [value, extra] : extraOf)
    mapping.map(value, block->getArgument(1 + extra));
  Block *body = consumer.op.getBlock();
  auto addConstant = [&](Value value) {
    auto found = constantOf.find(value);
    if (found != constantOf.end() && !mapping.contains(value))
      mapping.map(value,
                  arith::ConstantOp::create(rewriter, loc, found->second));
  };
  for (OpOperand &operand : consumer.op->getOpOperands())
    if (operand.get() == consumer.read)
      mapping.map(consumer.op.getMatchingBlockArgument(&operand), oldResult);
  for (Operation &op : *body) {
    llvm::for_each(op.getOperands(), addConstant);
    if (!op.hasTrait<OpTrait::IsTerminator>())
      rewriter.clone(op, mapping);
  }
  sparsity::YieldOp::create(
      rewriter, loc,
      mapping.lookupOrDefault(body->getTerminator()->getOperand(0)));
}

void Fusion::buildRegion(sparsity::LinearOp fused) {
  OpBuilder::InsertionGuard guard(rewriter);
  Block *block = rewriter.createBlock(&fused.getEpilogue());
  block->addArgument(
      cast<LinearOpInterface>(linear.getOperation()).getAccumulatorType(), loc);
  for (Value extra : extras)
    block->addArgument(getElementTypeOrSelf(extra.getType()), loc);
  cloneOldEpilogue(block);
  cloneConsumer(block);
}

void Fusion::replaceConsumer(sparsity::LinearOp fused) {
  Value result = fused.getResult(0);
  if (consumer.reshape) {
    auto type = cast<RankedTensorType>(consumer.read.getType());
    Operation *reshape = rewriter.clone(*consumer.reshape);
    reshape->setOperand(0, result);
    reshape->getResult(0).setType(
        type.clone(getElementTypeOrSelf(result.getType())));
    result = reshape->getResult(0);
  }
  Type wanted = consumer.op->getResult(0).getType();
  if (result.getType() != wanted)
    result = tensor::CastOp::create(rewriter, loc, wanted, result);
  rewriter.replaceOp(consumer.op, result);
  if (consumer.reshape)
    rewriter.eraseOp(consumer.reshape);
  rewriter.eraseOp(linear);
}

sparsity::LinearOp Fusion::run() {
  rewriter.setInsertionPoint(consumer.op);
  llvm::append_range(extras, linear.getExtras());
  llvm::append_range(maps,
                     linear.getExtraMaps().getAsValueRange<AffineMapAttr>());
  for (OpOperand &operand : consumer.op->getOpOperands())
    if (operand.get() != consumer.read && isRead(operand, consumer.op))
      addOperand(operand);
  addCaptured();
  auto fused = sparsity::LinearOp::create(rewriter, loc, linear.getInput(),
                                          linear.getWeight(), extras, maps,
                                          buildDestination());
  buildRegion(fused);
  rewriter.setInsertionPointAfter(fused);
  replaceConsumer(fused);
  return fused;
}

sparsity::LinearOp fuseEpilogue(RewriterBase &rewriter,
                                sparsity::LinearOp linear, unsigned &numFused) {
  while (std::optional<Consumer> consumer = findConsumer(linear)) {
    linear = Fusion(rewriter, linear, *consumer).run();
    ++numFused;
  }
  return linear;
}

} // namespace sparseopt
