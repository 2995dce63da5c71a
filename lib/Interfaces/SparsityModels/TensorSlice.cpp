//===- TensorSlice.cpp - Facts through slices -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slices, insertions, padding and concatenation.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {

/// What a slice takes along one dim of the large tensor.
struct DimSlice {
  /// `dynamicSize` where not known.
  int64_t offset, size, stride;

  bool isKnown() const {
    return offset != dynamicSize && size != dynamicSize &&
           stride != dynamicSize;
  }
};

} // namespace

static int64_t getKnown(OpFoldResult value) {
  return getConstantIntValue(value).value_or(dynamicSize);
}

/// The slice of each dim of a tensor of `shape`.
static SmallVector<DimSlice> getSlices(OffsetSizeAndStrideOpInterface op,
                                       ArrayRef<int64_t> shape) {
  SmallVector<DimSlice> slices;
  for (auto [offset, size, stride, whole] :
       llvm::zip_equal(op.getMixedOffsets(), op.getMixedSizes(),
                       op.getMixedStrides(), shape)) {
    DimSlice slice{getKnown(offset), getKnown(size), getKnown(stride)};
    // All of a dim can only be taken from its start.
    if (slice.size == whole && slice.stride == 1)
      slice.offset = 0;
    slices.push_back(slice);
  }
  return slices;
}

/// The slices of the small tensor's dim.
static SliceMap takeSlices(const SliceMap &map, const DimSlice &slice) {
  if (!slice.isKnown() || map.empty())
    return {};
  if (slice.stride == 1)
    return map.shift(-slice.offset, slice.size);
  SliceMap result;
  for (int64_t index = 0; index < slice.size; ++index)
    if (auto value = map.lookup(slice.offset + index * slice.stride))
      result.append(index, index + 1, *value);
  return result;
}

/// Dims of the large tensor that the small one has, in order.
static SmallVector<int64_t> getKeptDims(int64_t rank,
                                        const llvm::SmallBitVector &dropped) {
  SmallVector<int64_t> dims;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!dropped.test(dim))
      dims.push_back(dim);
  return dims;
}

//===----------------------------------------------------------------------===//
// extract_slice
//===----------------------------------------------------------------------===//

static ValueFacts inferExtract(const ValueFacts &from,
                               ArrayRef<DimSlice> slices,
                               ArrayRef<int64_t> keptDims,
                               ArrayRef<int64_t> shape) {
  if (auto value = from.getUniform())
    return ValueFacts::constant(shape, *value);
  ValueFacts facts = ValueFacts::unknown(shape);
  facts.setFinite(from.isFinite());
  for (auto [dim, slice] : llvm::enumerate(slices))
    if (slice.isKnown() && slice.size == 1)
      if (auto value = from.getSlice(dim, slice.offset))
        return ValueFacts::constant(shape, *value);
  for (auto [target, source] : llvm::enumerate(keptDims))
    facts.setSlices(target,
                    takeSlices(from.getSliceMap(source), slices[source]));
  if (!from.getSupport())
    return facts;
  Support support;
  support.fill = from.getSupport()->fill;
  support.maxCount = from.getSupport()->maxCount;
  for (const pruning::NMPattern &pattern : from.getSupport()->patterns) {
    const DimSlice &slice = slices[pattern.dim];
    const auto *target = llvm::find(keptDims, pattern.dim);
    if (target != keptDims.end() && slice.stride == 1 &&
        slice.offset != dynamicSize && slice.offset % pattern.m == 0)
      support.addPattern({pattern.n, pattern.m, target - keptDims.begin()},
                         shape.size());
  }
  bool keepsTiles = from.getRank() == int64_t(shape.size()) &&
                    from.getShape().take_back(2) == shape.take_back(2) &&
                    !llvm::is_contained(shape.take_back(2), dynamicSize);
  if (keepsTiles)
    support.blocks = from.getSupport()->blocks;
  facts.setSupport(support);
  return facts;
}

//===----------------------------------------------------------------------===//
// insert_slice and pad
//===----------------------------------------------------------------------===//

/// Facts about `outside` with `inside` written over the box that `slices` says;
/// both have the same rank.
static ValueFacts inferInsert(const ValueFacts &inside,
                              const ValueFacts &outside,
                              ArrayRef<DimSlice> slices) {
  ArrayRef<int64_t> shape = outside.getShape();
  ValueFacts facts = ValueFacts::unknown(shape);
  facts.setFinite(inside.isFinite() && outside.isFinite());
  if (inside.getUniform() && inside.getUniform() == outside.getUniform())
    return ValueFacts::constant(shape, *inside.getUniform());
  bool isKnown = llvm::all_of(slices, [](const DimSlice &slice) {
    return slice.isKnown() && slice.stride == 1;
  });
  auto covers = [&](size_t dim) {
    return slices[dim].offset == 0 && slices[dim].size == shape[dim];
  };
  for (size_t dim = 0; dim < slices.size() && isKnown; ++dim) {
    if (shape[dim] == dynamicSize)
      continue;
    bool coversOthers = true;
    for (size_t other = 0; other < slices.size(); ++other)
      coversOthers &= other == dim || covers(other);
    const DimSlice &slice = slices[dim];
    SliceMap moved =
        inside.getUniform()
            ? SliceMap::constant(slice.offset, slice.offset + slice.size,
                                 *inside.getUniform())
            : inside.getSliceMap(dim).shift(slice.offset, shape[dim]);
    SliceMap around = outside.getSliceMap(dim);
    // Within the box both have to agree, unless nothing else is left there.
    SliceMap within = coversOthers ? moved : SliceMap::intersect(moved, around);
    SliceMap before, behind;
    for (const SliceMap::Run &run : around.getRuns()) {
      before.append(run.begin, std::min(run.end, slice.offset), run.value);
      behind.append(std::max(run.begin, slice.offset + slice.size), run.end,
                    run.value);
    }
    facts.setSlices(dim,
                    SliceMap::unite(SliceMap::unite(before, within), behind));
  }
  return facts;
}

/// The support of a tensor padded with `fill`.
static std::optional<Support> padSupport(const ValueFacts &from,
                                         std::optional<Scalar> fill,
                                         ArrayRef<DimSlice> slices) {
  if (!from.getSupport() || from.getSupport()->fill != fill)
    return std::nullopt;
  Support support;
  support.fill = *fill;
  support.maxCount = from.getSupport()->maxCount;
  for (const pruning::NMPattern &pattern : from.getSupport()->patterns)
    if (int64_t low = slices[pattern.dim].offset;
        low != dynamicSize && low % pattern.m == 0)
      support.addPattern(pattern, from.getRank());
  return support;
}

/// Demand on a tensor that lies in the result at `slices`, dim by dim.
static Demand demandInside(const Demand &result, ArrayRef<DimSlice> slices,
                           ArrayRef<int64_t> shape) {
  if (result.isNone())
    return {};
  SmallVector<IndexSet> live(shape.size());
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    if (shape[dim] == dynamicSize)
      continue;
    bool isKnown = slices[dim].isKnown() && slices[dim].stride == 1 &&
                   result.getShape()[dim] != dynamicSize;
    live[dim] = isKnown
                    ? result.getLive(dim).shift(-slices[dim].offset, shape[dim])
                    : IndexSet::range(0, shape[dim]);
  }
  return Demand::slices(shape, live);
}

static SmallVector<DimSlice> getPaddedSlices(tensor::PadOp op) {
  SmallVector<DimSlice> slices;
  for (auto [low, size] :
       llvm::zip_equal(op.getMixedLowPad(), getFactShape(op.getSourceType())))
    slices.push_back({getKnown(low), size, 1});
  return slices;
}

//===----------------------------------------------------------------------===//
// concat
//===----------------------------------------------------------------------===//

/// Where each operand lies along the dim; none if a size is not known.
static std::optional<SmallVector<int64_t>> getOffsets(tensor::ConcatOp op) {
  SmallVector<int64_t> offsets = {0};
  for (Value input : op.getInputs()) {
    int64_t size = getFactShape(input.getType())[op.getDim()];
    if (size == dynamicSize)
      return std::nullopt;
    offsets.push_back(offsets.back() + size);
  }
  return offsets;
}

static std::optional<Support> concatSupport(ArrayRef<ValueFacts> inputs,
                                            int64_t axis,
                                            ArrayRef<int64_t> offsets) {
  std::optional<Scalar> fill;
  for (const ValueFacts &facts : inputs)
    if (facts.getSupport() && !fill)
      fill = facts.getSupport()->fill;
  if (!fill)
    return std::nullopt;
  int64_t rank = inputs.front().getRank();
  SmallVector<pruning::NMPattern> candidates;
  Support result;
  result.fill = *fill;
  result.maxCount = 0;
  for (const ValueFacts &facts : inputs) {
    bool isFill = facts.getUniform() == fill;
    if (!isFill && (!facts.getSupport() || facts.getSupport()->fill != fill))
      return std::nullopt;
    if (isFill)
      continue;
    llvm::append_range(candidates, facts.getSupport()->patterns);
    if (result.maxCount && facts.getSupport()->maxCount)
      *result.maxCount += *facts.getSupport()->maxCount;
    else
      result.maxCount = std::nullopt;
  }
  for (const pruning::NMPattern &pattern : candidates) {
    bool holds = llvm::all_of(inputs, [&](const ValueFacts &facts) {
      return facts.getUniform() || facts.getSupport()->implies(pattern, rank);
    });
    if (pattern.dim == axis)
      holds &= llvm::all_of(offsets.drop_back(), [&](int64_t offset) {
        return offset % pattern.m == 0;
      });
    if (holds)
      result.addPattern(pattern, rank);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

namespace {
struct SliceRules {
  static void infer(tensor::ExtractSliceOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getSource());
    SmallVector<DimSlice> slices = getSlices(op, from.getShape());
    context.setFacts(
        op.getResult(),
        inferExtract(from, slices,
                     getKeptDims(from.getRank(), op.getDroppedDims()),
                     getFactShape(op.getType())));
  }
  static void demand(tensor::ExtractSliceOp op, DemandContext &context) {
    Demand demand = context.getDemand(op.getResult());
    if (demand.isNone())
      return;
    SmallVector<int64_t> shape = getFactShape(op.getSourceType());
    SmallVector<IndexSet> live(shape.size());
    SmallVector<DimSlice> slices = getSlices(op, shape);
    SmallVector<int64_t> kept = getKeptDims(shape.size(), op.getDroppedDims());
    for (size_t dim = 0; dim < shape.size(); ++dim) {
      if (shape[dim] == dynamicSize)
        continue;
      live[dim] = IndexSet::range(0, shape[dim]);
      const DimSlice &slice = slices[dim];
      if (!slice.isKnown() || slice.stride != 1)
        continue;
      auto *target = llvm::find(kept, int64_t(dim));
      live[dim] = target == kept.end()
                      ? IndexSet::range(slice.offset, slice.offset + slice.size)
                      : demand.getLive(target - kept.begin())
                            .shift(slice.offset, shape[dim]);
    }
    context.addDemand(op.getSource(), Demand::slices(shape, live));
  }

  static void infer(tensor::InsertSliceOp op, InferContext &context) {
    const ValueFacts &outside = context.getFacts(op.getDest());
    const ValueFacts &inside = context.getFacts(op.getSource());
    if (inside.getRank() == outside.getRank())
      return context.setFacts(
          op.getResult(),
          inferInsert(inside, outside, getSlices(op, outside.getShape())));
    ValueFacts facts = ValueFacts::unknown(outside.getShape());
    facts.setFinite(inside.isFinite() && outside.isFinite());
    if (inside.getUniform() && inside.getUniform() == outside.getUniform())
      facts.setUniform(*inside.getUniform());
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::InsertSliceOp op, DemandContext &context) {
    Demand demand = context.getDemand(op.getResult());
    context.addDemand(op.getDest(), demand);
    SmallVector<int64_t> shape = getFactShape(op.getSourceType());
    if (op.getSourceType().getRank() == op.getDestType().getRank())
      context.addDemand(
          op.getSource(),
          demandInside(demand, getSlices(op, getFactShape(op.getDestType())),
                       shape));
    else
      context.addAll(op.getSource());
  }

  static std::optional<Scalar> getPadding(tensor::PadOp op,
                                          InferContext &context) {
    Value padding = op.getConstantPaddingValue();
    return padding ? context.getFacts(padding).getUniform() : std::nullopt;
  }
  static void infer(tensor::PadOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getSource());
    std::optional<Scalar> padding = getPadding(op, context);
    SmallVector<int64_t> shape = getFactShape(op.getResultType());
    ValueFacts around = padding ? ValueFacts::constant(shape, *padding)
                                : ValueFacts::unknown(shape);
    SmallVector<DimSlice> slices = getPaddedSlices(op);
    ValueFacts facts = inferInsert(from, around, slices);
    if (auto support = padSupport(from, padding, slices))
      facts.setSupport(*support);
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::PadOp op, DemandContext &context) {
    context.addDemand(op.getSource(),
                      demandInside(context.getDemand(op.getResult()),
                                   getPaddedSlices(op),
                                   getFactShape(op.getSourceType())));
  }

  static void infer(tensor::ConcatOp op, InferContext &context) {
    SmallVector<int64_t> shape = getFactShape(op.getType());
    int64_t axis = op.getDim();
    auto offsets = getOffsets(op);
    std::vector<ValueFacts> inputs;
    for (Value input : op.getInputs())
      inputs.push_back(context.getFacts(input));
    ValueFacts facts = ValueFacts::unknown(shape);
    facts.setFinite(llvm::all_of(
        inputs, [](const ValueFacts &input) { return input.isFinite(); }));
    std::optional<Scalar> uniform = inputs.front().getUniform();
    if (uniform && llvm::all_of(inputs, [&](const ValueFacts &input) {
          return input.getUniform() == uniform;
        }))
      return context.setFacts(op.getResult(),
                              ValueFacts::constant(shape, *uniform));
    for (int64_t dim = 0; dim < int64_t(shape.size()); ++dim) {
      if (dim == axis && !offsets)
        continue;
      SliceMap map = dim == axis ? SliceMap() : inputs.front().getSliceMap(dim);
      for (auto [index, input] : llvm::enumerate(inputs))
        map = dim == axis
                  ? SliceMap::unite(map, input.getSliceMap(dim).shift(
                                             (*offsets)[index], shape[dim]))
                  : SliceMap::intersect(map, input.getSliceMap(dim));
      facts.setSlices(dim, std::move(map));
    }
    if (offsets)
      if (auto support = concatSupport(inputs, axis, *offsets))
        facts.setSupport(*support);
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::ConcatOp op, DemandContext &context) {
    Demand demand = context.getDemand(op.getResult());
    auto offsets = getOffsets(op);
    if (demand.isNone())
      return;
    for (auto [index, input] : llvm::enumerate(op.getInputs())) {
      SmallVector<int64_t> shape = getFactShape(input.getType());
      SmallVector<DimSlice> slices;
      for (auto [dim, size] : llvm::enumerate(shape)) {
        bool isAxis = dim == op.getDim();
        int64_t offset = isAxis && offsets ? (*offsets)[index] : 0;
        slices.push_back({isAxis && !offsets ? dynamicSize : offset, size, 1});
      }
      context.addDemand(input, demandInside(demand, slices, shape));
    }
  }
};
} // namespace

void facts::attachTensorSliceModels(MLIRContext *context) {
  attachModels<SliceRules, tensor::ExtractSliceOp, tensor::InsertSliceOp,
               tensor::PadOp, tensor::ConcatOp>(context);
}
