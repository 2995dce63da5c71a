//===- ShrinkPlan.cpp - What can be removed from a module -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What each op asks of the dims of its operands and results. An index of a summed
// dim can go if the facts say that it adds nothing; an index of another dim if
// nobody needs that slice of the result.
//
//===----------------------------------------------------------------------===//

#include "ShrinkPlan.h"

#include "sparse-opt/Analysis/Sparsity/LinearFacts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

bool facts::isAdaptable(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !isa<RankedTensorType>(value.getType()))
    return false;
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return isa<DenseElementsAttr, DenseResourceElementsAttr>(
        constant.getValue());
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return fill.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>() != nullptr;
  return isa<tensor::EmptyOp>(op);
}

//===----------------------------------------------------------------------===//
// Dims
//===----------------------------------------------------------------------===//

static std::optional<int64_t> getStaticSize(Type type, int64_t dim) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  // A set has a bit per index.
  constexpr int64_t maxSize = std::numeric_limits<int32_t>::max();
  if (!tensor || dim >= tensor.getRank() || tensor.isDynamicDim(dim) ||
      tensor.getDimSize(dim) > maxSize)
    return std::nullopt;
  return tensor.getDimSize(dim);
}

static int64_t getRank(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor ? tensor.getRank() : 0;
}

static void *getKey(OpOperand &use) {
  return isAdaptable(use.get()) ? static_cast<void *>(&use)
                                : use.get().getAsOpaquePointer();
}

std::optional<DimClasses::Id> ShrinkPlan::get(OpOperand &use, int64_t dim) {
  std::optional<int64_t> size = getStaticSize(use.get().getType(), dim);
  if (!size)
    return std::nullopt;
  return classes.get({getKey(use), dim}, *size);
}

std::optional<DimClasses::Id> ShrinkPlan::get(Value value, int64_t dim) {
  std::optional<int64_t> size = getStaticSize(value.getType(), dim);
  if (!size)
    return std::nullopt;
  return classes.get({value.getAsOpaquePointer(), dim}, *size);
}

void ShrinkPlan::tie(std::optional<Id> a, std::optional<Id> b) {
  if (a && b)
    return classes.tie(*a, *b);
  needDim(a, "it meets a dynamic size");
  needDim(b, "it meets a dynamic size");
}

void ShrinkPlan::needDim(std::optional<Id> id, StringRef reason) {
  if (id)
    classes.requireAll(*id, reason);
}

void ShrinkPlan::needAll(OpOperand &use, StringRef reason) {
  for (int64_t dim = 0; dim < ::getRank(use.get()); ++dim)
    needDim(get(use, dim), reason);
}

void ShrinkPlan::needAll(Value value, StringRef reason) {
  for (int64_t dim = 0; dim < ::getRank(value); ++dim)
    needDim(get(value, dim), reason);
}

//===----------------------------------------------------------------------===//
// Loop nests
//===----------------------------------------------------------------------===//

void ShrinkPlan::visitLinalg(linalg::LinalgOp op) {
  LoopNest nest = makeLinalgNest(
      op,
      [&](Value value) -> const ValueFacts & {
        return analysis.getFacts(value);
      },
      assumeFinite);
  std::string name = op->getName().getStringRef().str();
  std::vector<std::optional<Id>> loops(nest.sizes.size());
  llvm::BitVector isDynamic(nest.sizes.size());
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (int64_t dim = 0; dim < ::getRank(operand.get()); ++dim) {
      std::optional<Id> id = get(operand, dim);
      auto loop = dyn_cast<AffineDimExpr>(map.getResult(dim));
      if (!loop) {
        needDim(id, "'" + name + "' reads a window of it");
        continue;
      }
      std::optional<Id> &known = loops[loop.getPosition()];
      if (!id)
        isDynamic.set(loop.getPosition());
      else if (known)
        classes.tie(*known, *id);
      else
        known = id;
    }
    if (op.isDpsInit(&operand))
      for (int64_t dim = 0; dim < ::getRank(operand.get()); ++dim)
        tie(get(operand, dim), get(op.getTiedOpResult(&operand), dim));
  }
  for (unsigned loop : isDynamic.set_bits())
    needDim(loops[loop], "it meets a dynamic size");
  // A loop that also moves a window keeps all of its indices.
  for (OpOperand &operand : op->getOpOperands())
    for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults())
      if (!isa<AffineDimExpr>(expr))
        for (size_t loop = 0; loop < loops.size(); ++loop)
          if (expr.isFunctionOfDim(loop))
            needDim(loops[loop], "'" + name + "' reads a window of it");
  op.getBlock()->walk([&](linalg::IndexOp index) {
    needDim(loops[index.getDim()], "'" + name + "' computes with its indices");
  });
  for (size_t loop = 0; loop < loops.size(); ++loop)
    if (nest.isReduction[loop] && loops[loop])
      classes.require(*loops[loop],
                      getSkippableIndices(nest, loop)
                          .complement(classes.getSize(*loops[loop])),
                      "'" + name + "' sums over it");
}

/// The inputs of a linear that are constant and finite.
static SliceMap getConstantInputs(sparsity::LinearOp op,
                                  const ValueFacts &input) {
  SliceMap result;
  auto weight = op.getWeight().getDefiningOp<sparsity::WeightOp>();
  bool isFloat = isa<FloatType>(op.getAccumulatorType());
  // The share of the result is added to the accumulator in its own type.
  bool canAdd =
      !op.getEpilogue().empty() ||
      op.getAccumulatorType() == getElementTypeOrSelf(op.getInit().getType());
  if (!weight || !isFloat || !canAdd)
    return result;
  SliceMap slices = input.getSliceMap(input.getRank() - 1);
  for (const SliceMap::Run &run : slices.getRuns())
    if (!run.value.isZero() && run.value.isFinite())
      result.append(run.begin, run.end, run.value);
  return result;
}

SliceMap ShrinkPlan::getFoldedInputs(sparsity::LinearOp op) const {
  if (!analysis.getFacts(op.getWeight()).isFinite())
    return {};
  return getConstantInputs(op, analysis.getFacts(op.getInput()));
}

void ShrinkPlan::visitLinear(sparsity::LinearOp op) {
  if (op->getNumResults() == 0)
    return;
  LoopNest nest = makeProductNest(
      op,
      [&](Value value) -> const ValueFacts & {
        return analysis.getFacts(value);
      },
      assumeFinite);
  Value result = op->getResult(0);
  int64_t out = ::getRank(result) - 1;
  OpOperand &input = op.getInputMutable();
  OpOperand &weight = op.getWeightMutable();
  for (int64_t dim = 0; dim < out; ++dim)
    tie(get(input, dim), get(result, dim));
  tie(get(weight, 0), get(result, out));
  tie(get(weight, 1), get(input, out));
  for (int64_t dim = 0; dim <= out; ++dim)
    tie(get(op.getInitMutable(), dim), get(result, dim));
  unsigned firstExtra = 2;
  for (auto [index, map] :
       llvm::enumerate(op.getExtraMaps().getAsValueRange<AffineMapAttr>()))
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      OpOperand &extra = op->getOpOperand(firstExtra + index);
      if (auto loop = dyn_cast<AffineDimExpr>(expr))
        tie(get(extra, dim), get(result, loop.getPosition()));
      else
        needDim(get(extra, dim), "an epilogue reads one index of it");
    }
  // The decision of a kernel was made for these sizes.
  if (op.getKernelAttr()) {
    needAll(result, "a kernel is chosen");
    needAll(op.getWeight(), "a kernel is chosen");
  }
  std::optional<Id> in = get(weight, 1);
  if (!in)
    return;
  IndexSet removable = getSkippableIndices(nest, nest.sizes.size() - 1);
  SliceMap folded = getFoldedInputs(op);
  for (const SliceMap::Run &run : folded.getRuns())
    removable.insert(run.begin, run.end);
  classes.require(*in, removable.complement(classes.getSize(*in)),
                  "a linear layer sums over it");
}

void ShrinkPlan::visitElementwise(Operation *op) {
  Value result = op->getResult(0);
  for (OpOperand &operand : op->getOpOperands())
    for (int64_t dim = 0; dim < ::getRank(operand.get()); ++dim)
      tie(get(operand, dim), get(result, dim));
}

void ShrinkPlan::visitSoftmax(Operation *op, int64_t summedDim) {
  for (OpOperand &operand : op->getOpOperands())
    for (int64_t dim = 0; dim < ::getRank(operand.get()); ++dim) {
      tie(get(operand, dim), get(op->getResult(0), dim));
      if (dim == summedDim)
        needDim(get(operand, dim), "'linalg.softmax' sums over it, and zeros "
                                   "count in that sum");
    }
}

//===----------------------------------------------------------------------===//
// Reshapes and slices
//===----------------------------------------------------------------------===//

void ShrinkPlan::visitReshape(OpOperand &source, Value target,
                              ArrayRef<ReassociationIndices> groups,
                              bool collapses) {
  for (size_t flatDim = 0; flatDim < groups.size(); ++flatDim) {
    const ReassociationIndices &dims = groups[flatDim];
    auto getFlat = [&] {
      return collapses ? get(target, flatDim) : get(source, flatDim);
    };
    auto getPart = [&](int64_t dim) {
      return collapses ? get(source, dim) : get(target, dim);
    };
    if (dims.size() == 1) {
      tie(getFlat(), getPart(dims.front()));
      continue;
    }
    SmallVector<Id> parts;
    for (int64_t dim : dims)
      if (std::optional<Id> part = getPart(dim))
        parts.push_back(*part);
    std::optional<Id> flat = getFlat();
    if (flat && parts.size() == dims.size()) {
      classes.addProduct(*flat, parts);
      continue;
    }
    needDim(flat, "a reshape has a dynamic size");
    for (Id part : parts)
      classes.requireAll(part, "a reshape has a dynamic size");
  }
}

/// Whether a slice takes all of the static dim `dim`.
static bool takesAll(OffsetSizeAndStrideOpInterface op, int64_t dim,
                     RankedTensorType type) {
  return !type.isDynamicDim(dim) &&
         isConstantIntValue(op.getMixedOffsets()[dim], 0) &&
         isConstantIntValue(op.getMixedStrides()[dim], 1) &&
         isConstantIntValue(op.getMixedSizes()[dim], type.getDimSize(dim));
}

void ShrinkPlan::visitSlice(tensor::ExtractSliceOp op) {
  llvm::SmallBitVector dropped = op.getDroppedDims();
  int64_t target = 0;
  for (int64_t dim = 0; dim < op.getSourceType().getRank(); ++dim) {
    std::optional<Id> from = get(op.getSourceMutable(), dim);
    if (dropped.test(dim)) {
      needDim(from, "a slice takes part of it");
      continue;
    }
    std::optional<Id> to = get(op.getResult(), target++);
    if (takesAll(op, dim, op.getSourceType())) {
      tie(from, to);
      continue;
    }
    needDim(from, "a slice takes part of it");
    needDim(to, "a slice takes part of a dim");
  }
}

void ShrinkPlan::visitInsert(tensor::InsertSliceOp op) {
  bool sameRank = op.getSourceType().getRank() == op.getDestType().getRank();
  for (int64_t dim = 0; dim < op.getDestType().getRank(); ++dim) {
    std::optional<Id> whole = get(op.getDestMutable(), dim);
    tie(whole, get(op.getResult(), dim));
    if (sameRank && takesAll(op, dim, op.getDestType())) {
      tie(whole, get(op.getSourceMutable(), dim));
      continue;
    }
    needDim(whole, "a slice is inserted into it");
  }
  if (!sameRank) {
    needAll(op.getSourceMutable(), "a slice is inserted into a larger tensor");
    return;
  }
  for (int64_t dim = 0; dim < op.getDestType().getRank(); ++dim)
    if (!takesAll(op, dim, op.getDestType()))
      needDim(get(op.getSourceMutable(), dim), "it is inserted as a slice");
}

void ShrinkPlan::visitPad(tensor::PadOp op) {
  for (int64_t dim = 0; dim < op.getSourceType().getRank(); ++dim) {
    std::optional<Id> from = get(op.getSourceMutable(), dim);
    std::optional<Id> to = get(op.getResult(), dim);
    bool isPadded = !isConstantIntValue(op.getMixedLowPad()[dim], 0) ||
                    !isConstantIntValue(op.getMixedHighPad()[dim], 0);
    if (!isPadded) {
      tie(from, to);
      continue;
    }
    needDim(from, "it is padded");
    needDim(to, "it is padded");
  }
  // The padding may depend on where an element is.
  if (!op.getConstantPaddingValue()) {
    needAll(op.getSourceMutable(), "its padding is computed");
    needAll(op.getResult(), "its padding is computed");
  }
}

void ShrinkPlan::visitConcat(tensor::ConcatOp op) {
  int64_t axis = op.getDim();
  std::optional<Id> whole = get(op.getResult(), axis);
  int64_t offset = 0;
  bool isKnown = whole.has_value();
  for (OpOperand &operand : op->getOpOperands())
    isKnown &= get(operand, axis).has_value();
  for (OpOperand &operand : op->getOpOperands())
    for (int64_t dim = 0; dim < ::getRank(operand.get()); ++dim) {
      std::optional<Id> part = get(operand, dim);
      if (dim != axis) {
        tie(part, get(op.getResult(), dim));
      } else if (isKnown) {
        classes.addPart(*whole, *part, offset);
        offset += classes.getSize(*part);
      } else {
        needDim(part, "it is joined with a dynamic size");
        needDim(whole, "it is joined with a dynamic size");
      }
    }
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

void ShrinkPlan::visitUnknown(Operation *op) {
  std::string reason = "'" + op->getName().getStringRef().str() + "' needs it";
  if (op->hasTrait<OpTrait::ReturnLike>() &&
      isa<FunctionOpInterface>(op->getParentOp()))
    reason = "it is a result of the function";
  for (OpOperand &operand : op->getOpOperands())
    needAll(operand, reason);
  for (Value result : op->getResults())
    needAll(result, reason);
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Value argument : block.getArguments())
        needAll(argument, isa<FunctionOpInterface>(op)
                              ? "it is an argument of the function"
                              : reason);
}

void ShrinkPlan::visit(Operation *op) {
  if (op->getNumResults() == 1 && isAdaptable(op->getResult(0)))
    return;
  // Dead code is left to others.
  for (Value result : op->getResults())
    if (result.use_empty())
      needAll(result, "nothing reads it");
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.hasPureTensorSemantics() ? visitLinalg(linalgOp)
                                             : visitUnknown(op);
  if (hasDefaultModel(op) && isa<RankedTensorType>(op->getResult(0).getType()))
    return visitElementwise(op);
  llvm::TypeSwitch<Operation *>(op)
      .Case<sparsity::WeightOp>([](auto) {})
      .Case<sparsity::PruneOp>([&](auto prune) { visitElementwise(prune); })
      .Case<sparsity::AssumeOp>([&](auto assume) {
        visitElementwise(assume);
        auto pattern = cast<sparsity::NMAttr>(assume.getPattern());
        needDim(get(assume.getResult(), *pattern.getDim()),
                "a claim counts its groups");
      })
      .Case<sparsity::LinearOp>([&](auto linear) { visitLinear(linear); })
      .Case<tensor::CollapseShapeOp>([&](auto collapse) {
        visitReshape(collapse.getSrcMutable(), collapse.getResult(),
                     collapse.getReassociationIndices(), true);
      })
      .Case<tensor::ExpandShapeOp>([&](auto expand) {
        visitReshape(expand.getSrcMutable(), expand.getResult(),
                     expand.getReassociationIndices(), false);
      })
      .Case<tensor::ExtractSliceOp>([&](auto slice) { visitSlice(slice); })
      .Case<tensor::InsertSliceOp>([&](auto insert) { visitInsert(insert); })
      .Case<tensor::PadOp>([&](auto pad) { visitPad(pad); })
      .Case<tensor::ConcatOp>([&](auto concat) { visitConcat(concat); })
      .Case<linalg::SoftmaxOp>([&](auto softmax) {
        if (softmax->getNumResults() == 1)
          visitSoftmax(softmax, softmax.getDimension());
      })
      .Default([&](Operation *other) { visitUnknown(other); });
}

ShrinkPlan::ShrinkPlan(Operation *top, const SparsityAnalysis &analysis,
                       bool assumeFinite)
    : analysis(analysis), assumeFinite(assumeFinite) {
  top->walk([&](Operation *op) { visit(op); });
  classes.solve();
}

IndexSet ShrinkPlan::getRemoved(OpOperand &use, int64_t dim) const {
  std::optional<Id> id = classes.find({getKey(use), dim});
  return id ? classes.getRemoved(*id) : IndexSet();
}

IndexSet ShrinkPlan::getRemoved(Value value, int64_t dim) const {
  std::optional<Id> id = classes.find({value.getAsOpaquePointer(), dim});
  return id ? classes.getRemoved(*id) : IndexSet();
}

bool ShrinkPlan::removesFrom(Value value) const {
  for (int64_t dim = 0; dim < ::getRank(value); ++dim)
    if (!getRemoved(value, dim).empty())
      return true;
  return false;
}

bool ShrinkPlan::removesFrom(OpOperand &use) const {
  for (int64_t dim = 0; dim < ::getRank(use.get()); ++dim)
    if (!getRemoved(use, dim).empty())
      return true;
  return false;
}

StringRef ShrinkPlan::getReason(Value value, int64_t dim) const {
  std::optional<Id> id = classes.find({value.getAsOpaquePointer(), dim});
  return id ? classes.getReason(*id) : "nothing uses it";
}

void ShrinkPlan::require(Value value, int64_t dim, const IndexSet &indices,
                         StringRef reason) {
  if (std::optional<Id> id = get(value, dim))
    classes.require(*id, indices, reason);
}
