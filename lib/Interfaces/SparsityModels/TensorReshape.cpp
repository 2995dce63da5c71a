//===- TensorReshape.cpp - Facts through reshapes ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Merging and splitting of dims, and casts.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

//===----------------------------------------------------------------------===//
// Groups of dims
//===----------------------------------------------------------------------===//

namespace {

/// Dims `first .. first + sizes.size()` of the expanded shape that are dim
/// `flatDim` of the collapsed one.
struct DimGroup {
  int64_t flatDim;
  int64_t first;
  SmallVector<int64_t> sizes;

  bool isStatic() const { return !llvm::is_contained(sizes, dynamicSize); }
  /// Number of elements of the dims behind `index`, and before it.
  int64_t getInner(size_t index) const {
    return ShapedType::getNumElements(ArrayRef(sizes).drop_front(index + 1));
  }
  int64_t getOuter(size_t index) const {
    return ShapedType::getNumElements(ArrayRef(sizes).take_front(index));
  }
  int64_t getFlatSize() const { return ShapedType::getNumElements(sizes); }
  /// Index along dim `index` at flat position `flat`.
  int64_t getIndex(size_t index, int64_t flat) const {
    return flat / getInner(index) % sizes[index];
  }
};

} // namespace

static SmallVector<DimGroup>
getGroups(ArrayRef<ReassociationIndices> reassociation,
          ArrayRef<int64_t> expandedShape) {
  SmallVector<DimGroup> groups;
  for (auto [flatDim, dims] : llvm::enumerate(reassociation)) {
    DimGroup group{int64_t(flatDim), dims.front(), {}};
    for (int64_t dim : dims)
      group.sizes.push_back(expandedShape[dim]);
    groups.push_back(group);
  }
  return groups;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

/// The slices of the collapsed dim that slices of one expanded dim make up.
static SliceMap collapseSlices(const DimGroup &group, size_t index,
                               const SliceMap &map) {
  SliceMap flat;
  if (map.empty())
    return flat;
  int64_t inner = group.getInner(index);
  int64_t outerSize = inner * group.sizes[index];
  for (int64_t outer = 0; outer < group.getOuter(index); ++outer)
    for (const SliceMap::Run &run : map.getRuns())
      flat.append(outer * outerSize + run.begin * inner,
                  outer * outerSize + run.end * inner, run.value);
  return flat;
}

/// The slices of one expanded dim that slices of the collapsed dim make up.
static SliceMap expandSlices(const DimGroup &group, size_t index,
                             const SliceMap &flat) {
  SliceMap map;
  if (flat.empty())
    return map;
  int64_t inner = group.getInner(index);
  int64_t size = group.sizes[index];
  for (int64_t slice = 0; slice < size; ++slice) {
    std::optional<Scalar> value =
        flat.lookupRange(slice * inner, (slice + 1) * inner);
    for (int64_t outer = 1; outer < group.getOuter(index) && value; ++outer) {
      int64_t begin = (outer * size + slice) * inner;
      if (flat.lookupRange(begin, begin + inner) != value)
        value = std::nullopt;
    }
    if (value)
      map.append(slice, slice + 1, *value);
  }
  return map;
}

/// The only dim of `group` that N:M with groups of `m` can run along when the
/// group is collapsed or expanded; none if its groups would be cut.
static std::optional<int64_t> getPatternDim(const DimGroup &group, int64_t m) {
  if (group.sizes.size() == 1)
    return group.first;
  if (!group.isStatic())
    return std::nullopt;
  for (size_t index = group.sizes.size(); index-- > 0;) {
    if (group.sizes[index] == 1 && index > 0)
      continue;
    bool isCut = group.getOuter(index) != 1 && group.sizes[index] % m != 0;
    if (group.getInner(index) != 1 || isCut)
      return std::nullopt;
    return group.first + index;
  }
  return std::nullopt;
}

/// The support in the other shape.
static std::optional<Support> reshapeSupport(const ValueFacts &facts,
                                             ArrayRef<DimGroup> groups,
                                             bool collapses, int64_t rank) {
  if (!facts.getSupport())
    return std::nullopt;
  const Support &from = *facts.getSupport();
  Support result;
  result.fill = from.fill;
  result.maxCount = from.maxCount;
  for (const pruning::NMPattern &pattern : from.patterns)
    for (const DimGroup &group : groups) {
      std::optional<int64_t> expanded = getPatternDim(group, pattern.m);
      if (!expanded)
        continue;
      int64_t source = collapses ? *expanded : group.flatDim;
      int64_t target = collapses ? group.flatDim : *expanded;
      if (source == pattern.dim)
        result.addPattern({pattern.n, pattern.m, target}, rank);
    }
  // Tiles lie in the last two dims.
  bool keepsLastDims = groups.size() >= 2 && groups.back().sizes.size() == 1 &&
                       groups[groups.size() - 2].sizes.size() == 1;
  if (keepsLastDims)
    result.blocks = from.blocks;
  return result;
}

static void inferReshape(Value source, Value target, ArrayRef<DimGroup> groups,
                         bool collapses, InferContext &context) {
  const ValueFacts &from = context.getFacts(source);
  SmallVector<int64_t> shape = getFactShape(target.getType());
  if (auto value = from.getUniform())
    return context.setFacts(target, ValueFacts::constant(shape, *value));
  ValueFacts facts = ValueFacts::unknown(shape);
  facts.setFinite(from.isFinite());
  for (const DimGroup &group : groups) {
    if (group.sizes.size() == 1) {
      int64_t sourceDim = collapses ? group.first : group.flatDim;
      int64_t targetDim = collapses ? group.flatDim : group.first;
      facts.setSlices(targetDim, from.getSliceMap(sourceDim));
      continue;
    }
    if (!group.isStatic())
      continue;
    SliceMap flat;
    for (size_t index = 0; index < group.sizes.size(); ++index) {
      int64_t dim = group.first + index;
      if (collapses)
        flat = SliceMap::unite(
            flat, collapseSlices(group, index, from.getSliceMap(dim)));
      else
        facts.setSlices(
            dim, expandSlices(group, index, from.getSliceMap(group.flatDim)));
    }
    if (collapses)
      facts.setSlices(group.flatDim, std::move(flat));
  }
  if (auto support = reshapeSupport(from, groups, collapses, shape.size()))
    facts.setSupport(*support);
  context.setFacts(target, std::move(facts));
}

//===----------------------------------------------------------------------===//
// Demand
//===----------------------------------------------------------------------===//

static void demandReshape(Value source, Value target, ArrayRef<DimGroup> groups,
                          bool collapses, DemandContext &context) {
  Demand demand = context.getDemand(target);
  if (demand.isNone())
    return;
  if (demand.isAll())
    return context.addAll(source);
  SmallVector<int64_t> shape = getFactShape(source.getType());
  SmallVector<IndexSet> live(shape.size());
  for (const DimGroup &group : groups) {
    int64_t count = group.sizes.size();
    if (count == 1) {
      int64_t sourceDim = collapses ? group.first : group.flatDim;
      if (shape[sourceDim] != dynamicSize)
        live[sourceDim] =
            demand.getLive(collapses ? group.flatDim : group.first);
      continue;
    }
    if (!group.isStatic()) {
      for (int64_t dim = group.first; collapses && dim < group.first + count;
           ++dim)
        if (shape[dim] != dynamicSize)
          live[dim] = IndexSet::range(0, shape[dim]);
      if (!collapses && shape[group.flatDim] != dynamicSize)
        live[group.flatDim] = IndexSet::range(0, shape[group.flatDim]);
      continue;
    }
    for (int64_t flat = 0; flat < group.getFlatSize(); ++flat) {
      bool isLive = true;
      for (int64_t index = 0; index < count && !collapses; ++index)
        isLive &=
            demand.isLive(group.first + index, group.getIndex(index, flat));
      if (collapses)
        isLive = demand.isLive(group.flatDim, flat);
      for (int64_t index = 0; index < count && collapses && isLive; ++index)
        live[group.first + index].insert(group.getIndex(index, flat));
      if (!collapses && isLive)
        live[group.flatDim].insert(flat);
    }
  }
  context.addDemand(source, Demand::slices(shape, live));
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

namespace {
struct ReshapeRules {
  static SmallVector<DimGroup> getGroups(tensor::CollapseShapeOp op) {
    return ::getGroups(op.getReassociationIndices(),
                       getFactShape(op.getSrcType()));
  }
  static SmallVector<DimGroup> getGroups(tensor::ExpandShapeOp op) {
    return ::getGroups(op.getReassociationIndices(),
                       getFactShape(op.getResultType()));
  }
  static void infer(tensor::CollapseShapeOp op, InferContext &context) {
    inferReshape(op.getSrc(), op.getResult(), getGroups(op), true, context);
  }
  static void demand(tensor::CollapseShapeOp op, DemandContext &context) {
    demandReshape(op.getSrc(), op.getResult(), getGroups(op), true, context);
  }
  static void infer(tensor::ExpandShapeOp op, InferContext &context) {
    inferReshape(op.getSrc(), op.getResult(), getGroups(op), false, context);
  }
  static void demand(tensor::ExpandShapeOp op, DemandContext &context) {
    demandReshape(op.getSrc(), op.getResult(), getGroups(op), false, context);
  }
  /// Each dim keeps what both types know.
  static void infer(tensor::CastOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getSource());
    SmallVector<int64_t> shape = getFactShape(op.getType());
    if (!isa<RankedTensorType>(op.getSource().getType()) ||
        !isa<RankedTensorType>(op.getType()))
      return;
    if (auto value = from.getUniform())
      return context.setFacts(op.getResult(),
                              ValueFacts::constant(shape, *value));
    ValueFacts facts = ValueFacts::unknown(shape);
    facts.setFinite(from.isFinite());
    for (int64_t dim = 0; dim < from.getRank(); ++dim)
      if (from.getShape()[dim] == shape[dim])
        facts.setSlices(dim, from.getSliceMap(dim));
    if (from.getSupport()) {
      Support support = *from.getSupport();
      if (from.getShape() != ArrayRef(shape))
        support.blocks = std::nullopt;
      facts.setSupport(support);
    }
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::CastOp op, DemandContext &context) {
    Demand demand = context.getDemand(op.getResult());
    if (demand.isNone())
      return;
    SmallVector<int64_t> shape = getFactShape(op.getSource().getType());
    if (demand.getShape() == ArrayRef(shape))
      context.addDemand(op.getSource(), demand);
    else
      context.addAll(op.getSource());
  }
};
} // namespace

void facts::attachTensorReshapeModels(MLIRContext *context) {
  attachModels<ReshapeRules, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
               tensor::CastOp>(context);
}
