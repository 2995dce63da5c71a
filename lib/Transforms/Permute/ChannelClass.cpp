//===- ChannelClass.cpp - Channels that move together ----------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The walk over a channel dim. An op that is a loop nest over its operands computes
// the same when one of its loops runs in another order, if all operands with that
// loop are reordered alike and the body does not ask for the loop's index.
//
//===----------------------------------------------------------------------===//

#include "ChannelClass.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

bool ChannelClass::stop(Operation *op, const Twine &why) {
  if (!obstacle) {
    obstacle = op;
    reason = why.str();
  }
  return false;
}

ChannelClass ChannelClass::find(LinearOp linear) {
  ChannelClass result;
  result.size = result.block = linear.getWeightShape()[1];
  do {
    result.wantsRestart = false;
    result.constants.clear();
    result.consumers.clear();
    result.worklist.clear();
    result.reached.clear();
    result.reachedUses.clear();
  } while (!result.follow(linear) && result.wantsRestart);
  return result;
}

bool ChannelClass::follow(LinearOp linear) {
  auto type = dyn_cast<RankedTensorType>(linear.getInput().getType());
  if (!type)
    return stop(linear, "its input is no tensor");
  reach(linear.getInput(), {type.getRank() - 1, -1}, &linear.getInputMutable());
  while (!worklist.empty()) {
    Task task = worklist.pop_back_val();
    if (!visitValue(task.value, task.dims, task.use))
      return false;
  }
  return true;
}

/// Notes that the channels lie in `value`. Constants and shapes without values are
/// reached through one use, `use`; other values through all of them.
bool ChannelClass::reach(Value value, ChannelDims dims, OpOperand *use) {
  Operation *source = value.getDefiningOp();
  bool isPerUse = isa_and_nonnull<arith::ConstantOp, tensor::EmptyOp>(source);
  if (isPerUse) {
    if (!reachedUses.insert({use, dims.dim}).second)
      return true;
  } else {
    SmallVector<ChannelDims, 1> &known = reached[value];
    if (llvm::is_contained(known, dims))
      return true;
    known.push_back(dims);
  }
  worklist.push_back({value, dims, isPerUse ? use : nullptr});
  return true;
}

bool ChannelClass::visitValue(Value value, ChannelDims dims, OpOperand *use) {
  Operation *source = value.getDefiningOp();
  if (!source)
    return stop(value.getParentBlock()->getParentOp(),
                "the channels come from outside as an argument");
  for (ChannelDims other : reached.lookup(value))
    if (other.dim == dims.dim && !(other == dims))
      return stop(source, "its channels would have to move in two ways");
  if (!visitOp(source, value, dims, use))
    return false;
  if (isa<arith::ConstantOp, tensor::EmptyOp>(source))
    return true;
  for (OpOperand &user : value.getUses())
    if (!visitOp(user.getOwner(), value, dims, &user))
      return false;
  return true;
}

/// The map whose results are `loops`.
static AffineMap getMap(MLIRContext *context, int64_t numLoops,
                        ArrayRef<int64_t> loops) {
  SmallVector<AffineExpr> results;
  for (int64_t loop : loops)
    results.push_back(getAffineDimExpr(loop, context));
  return AffineMap::get(numLoops, 0, results, context);
}

/// A linear layer as loops over tokens, o and k.
static LoopNest getLoops(LinearOp linear) {
  LoopNest loops;
  MLIRContext *context = linear.getContext();
  int64_t tokens = cast<ShapedType>(linear.getInput().getType()).getRank() - 1;
  int64_t numLoops = tokens + 2;
  SmallVector<int64_t> in = llvm::to_vector(llvm::seq<int64_t>(tokens));
  SmallVector<int64_t> out = in;
  in.push_back(tokens + 1);
  out.push_back(tokens);
  loops.operands.emplace_back(&linear.getInputMutable(),
                              getMap(context, numLoops, in));
  loops.operands.emplace_back(&linear.getWeightMutable(),
                              getMap(context, numLoops, {tokens, tokens + 1}));
  for (auto [extra, map] :
       llvm::zip(linear.getExtrasMutable(),
                 linear.getExtraMaps().getAsValueRange<AffineMapAttr>()))
    loops.operands.emplace_back(
        &extra, AffineMap::get(numLoops, 0, map.getResults(), context));
  AffineMap outMap = getMap(context, numLoops, out);
  // The destination's values are not read.
  for (Value result : linear.getResults())
    loops.results.emplace_back(result, outMap);
  return loops;
}

static LoopNest getLoops(linalg::LinalgOp op) {
  LoopNest loops;
  for (OpOperand &operand : op->getOpOperands())
    if (op.isDpsInput(&operand) || op.payloadUsesValueFromOperand(&operand))
      loops.operands.emplace_back(&operand,
                                  op.getMatchingIndexingMap(&operand));
  for (OpResult result : op->getResults())
    loops.results.emplace_back(result, op.getIndexingMapMatchingResult(result));
  return loops;
}

bool ChannelClass::visitOp(Operation *op, Value value, ChannelDims dims,
                           OpOperand *use) {
  if (isa<arith::ConstantOp, WeightOp>(op)) {
    // A weight's users are visited on their own.
    return visitConstant(op, dims, use);
  }
  if (isa<tensor::EmptyOp>(op))
    return true;
  if (auto prune = dyn_cast<PruneOp>(op))
    return reach(prune.getWeight(), dims, &prune.getWeightMutable()) &&
           reach(prune.getResult(), dims, nullptr);
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return visitReshape(op, value, dims);
  if (isa<tensor::ExtractSliceOp>(op))
    return visitSlice(op, value, dims);
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return reach(cast.getSource(), dims, &cast.getSourceMutable()) &&
           reach(cast.getResult(), dims, nullptr);

  if (op->hasTrait<OpTrait::ReturnLike>())
    return stop(op, "it shows the channels to the caller");

  LoopNest loops;
  if (auto linear = dyn_cast<LinearOp>(op))
    loops = getLoops(linear);
  else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
           linalgOp && linalgOp.hasPureTensorSemantics())
    loops = getLoops(linalgOp);
  else
    return stop(op, "it does not say what it does with the channels");
  for (auto &[operand, map] : loops.operands)
    if (operand->get() == value && (!use || use == operand))
      if (!visitLoops(op, loops, map, dims))
        return false;
  for (auto &[result, map] : loops.results)
    if (result == value && !visitLoops(op, loops, map, dims))
      return false;
  return true;
}

/// Whether `expr` needs the loop, and nothing but the loop.
static bool isLoop(AffineExpr expr, unsigned loop) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim && dim.getPosition() == loop;
}

/// The dim of an operand that a loop runs over; -1 if none does.
static int64_t getDim(AffineMap map, std::optional<unsigned> loop) {
  for (auto [index, expr] : llvm::enumerate(map.getResults()))
    if (loop && isLoop(expr, *loop))
      return index;
  return -1;
}

bool ChannelClass::visitLoops(Operation *op, const LoopNest &loops,
                              AffineMap map, ChannelDims dims) {
  auto getLoop = [&](int64_t dim) -> std::optional<unsigned> {
    if (dim < 0)
      return std::nullopt;
    auto expr = dyn_cast<AffineDimExpr>(map.getResult(dim));
    return expr ? std::optional<unsigned>(expr.getPosition()) : std::nullopt;
  };
  std::optional<unsigned> loop = getLoop(dims.dim);
  std::optional<unsigned> blockLoop = getLoop(dims.blockDim);
  if (!loop || (dims.blockDim >= 0 && !blockLoop))
    return stop(op, "it reads windows of channels");
  WalkResult usesIndex = op->walk([&](linalg::IndexOp index) {
    return index.getDim() == *loop ? WalkResult::interrupt()
                                   : WalkResult::advance();
  });
  if (usesIndex.wasInterrupted())
    return stop(op, "it computes with the number of a channel");
  auto getDims = [&](AffineMap other) -> std::optional<ChannelDims> {
    ChannelDims found{getDim(other, loop), getDim(other, blockLoop)};
    for (AffineExpr expr : other.getResults())
      if (expr.isFunctionOfDim(*loop) && !isLoop(expr, *loop))
        return std::nullopt;
    if (found.dim < 0)
      return found;
    // All blocks would read one order.
    if (blockLoop && found.blockDim < 0)
      return std::nullopt;
    return found;
  };
  auto reachWith = [&](Value other, AffineMap otherMap, OpOperand *use) {
    std::optional<ChannelDims> found = getDims(otherMap);
    if (!found)
      return stop(op, "an operand has one order of channels for all blocks");
    return found->dim < 0 || reach(other, *found, use);
  };
  for (auto &[operand, otherMap] : loops.operands)
    if (!reachWith(operand->get(), otherMap, operand))
      return false;
  for (auto &[result, otherMap] : loops.results)
    if (!reachWith(result, otherMap, nullptr))
      return false;
  auto linear = dyn_cast<LinearOp>(op);
  if (!linear || *loop != map.getNumDims() - 1)
    return true;
  // The channels are contracted here.
  Value weight = linear.getWeight();
  if (auto prune = weight.getDefiningOp<PruneOp>())
    weight = prune.getWeight();
  if (auto known = weight.getDefiningOp<WeightOp>())
    consumers.insert(known);
  return true;
}

/// Dims of a group that are not 1.
static SmallVector<int64_t> getProperDims(RankedTensorType type,
                                          ArrayRef<int64_t> group) {
  return llvm::to_vector(llvm::make_filter_range(
      group, [&](int64_t dim) { return type.getDimSize(dim) != 1; }));
}

/// The dims of the reshaped value; `groups` says which dims of the expanded type
/// are one dim of the collapsed type.
std::optional<ChannelDims>
ChannelClass::mapReshape(Operation *op, RankedTensorType from,
                         RankedTensorType to,
                         ArrayRef<SmallVector<int64_t, 2>> groups,
                         ChannelDims dims, bool isCollapse) {
  auto fail = [&](const Twine &why) -> std::optional<ChannelDims> {
    stop(op, why);
    return std::nullopt;
  };
  RankedTensorType expanded = isCollapse ? from : to;
  auto findGroup = [&](int64_t dim) {
    for (auto [index, group] : llvm::enumerate(groups))
      if (llvm::is_contained(group, dim))
        return int64_t(index);
    return int64_t(-1);
  };
  auto mapInner = [&](int64_t dim) -> int64_t {
    int64_t group = isCollapse ? findGroup(dim) : dim;
    SmallVector<int64_t> proper = getProperDims(expanded, groups[group]);
    if (isCollapse)
      return proper.empty() || proper.back() == dim ? group : -1;
    return proper.empty() ? groups[group].back() : proper.back();
  };
  int64_t group = isCollapse ? findGroup(dims.dim) : dims.dim;
  SmallVector<int64_t> proper = getProperDims(expanded, groups[group]);
  if (isCollapse && dims.blockDim >= 0 && findGroup(dims.blockDim) == group) {
    // Blocks and the channels in them become one dim.
    if (proper != SmallVector<int64_t>{dims.blockDim, dims.dim} ||
        expanded.getDimSize(dims.blockDim) * block != size)
      return fail("it folds channels with other dims");
    return ChannelDims{group, -1};
  }
  if (!isCollapse && dims.blockDim < 0 && proper.size() > 1) {
    // Channels are cut into blocks.
    int64_t inner = expanded.getDimSize(proper.back());
    if (proper.size() != 2 || ShapedType::isDynamic(inner) || inner > block ||
        block % inner != 0)
      return fail("it cuts the channels into parts that do not fit");
    if (inner < block) {
      block = inner;
      wantsRestart = true;
      return std::nullopt;
    }
    return ChannelDims{proper.back(), proper.front()};
  }
  if (proper.size() > 1)
    return fail("it folds channels with other dims");
  ChannelDims result;
  result.dim = isCollapse
                   ? group
                   : (proper.empty() ? groups[group].back() : proper.front());
  if (dims.blockDim >= 0) {
    result.blockDim = mapInner(dims.blockDim);
    int64_t numBlocks = size / block;
    int64_t extent = result.blockDim < 0 ? 0 : to.getDimSize(result.blockDim);
    if (ShapedType::isDynamic(extent) || extent == 0 || extent % numBlocks != 0)
      return fail("it folds the blocks of channels with other dims");
  }
  return result;
}

bool ChannelClass::visitReshape(Operation *op, Value value, ChannelDims dims) {
  Value source = op->getOperand(0), result = op->getResult(0);
  bool isCollapseOp = isa<tensor::CollapseShapeOp>(op);
  SmallVector<ReassociationIndices> groups =
      isCollapseOp ? cast<tensor::CollapseShapeOp>(op).getReassociationIndices()
                   : cast<tensor::ExpandShapeOp>(op).getReassociationIndices();
  Value other = value == source ? result : source;
  bool isCollapse = isCollapseOp == (value == source);
  std::optional<ChannelDims> mapped = mapReshape(
      op, cast<RankedTensorType>(value.getType()),
      cast<RankedTensorType>(other.getType()), groups, dims, isCollapse);
  return mapped && reach(other, *mapped, &op->getOpOperand(0));
}

bool ChannelClass::visitSlice(Operation *op, Value value, ChannelDims dims) {
  auto slice = cast<tensor::ExtractSliceOp>(op);
  if (slice.getSourceType().getRank() != slice.getType().getRank())
    return stop(op, "it takes a slice and drops dims");
  for (int64_t dim : {dims.dim, dims.blockDim})
    if (dim >= 0 && slice.getSourceType().getDimSize(dim) !=
                        slice.getType().getDimSize(dim))
      return stop(op, "it takes a slice of the channels");
  return reach(slice.getSource(), dims, &slice.getSourceMutable()) &&
         reach(slice.getResult(), dims, nullptr);
}

bool ChannelClass::visitConstant(Operation *op, ChannelDims dims,
                                 OpOperand *use) {
  if (auto weight = dyn_cast<WeightOp>(op)) {
    if (weight.getPatternsAttr() && !weight.getPatternsAttr().empty())
      return stop(op, "it has a pattern already");
    constants.push_back({op, nullptr, dims});
    return true;
  }
  constants.push_back({op, use, dims});
  return true;
}
