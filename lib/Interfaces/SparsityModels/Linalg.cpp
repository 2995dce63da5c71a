//===- Linalg.cpp - Facts through ops of linalg -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Softmax and relayouts. Structured ops are handled by their maps and bodies.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {

/// A dim that is cut into tiles: dim `outer` of the packed tensor counts them,
/// dim `inner` the elements in a tile.
struct TiledDim {
  int64_t dim, outer;
  /// -1 for a dim that is not cut.
  int64_t inner = -1;
  int64_t tile = 1;
};

} // namespace

/// Where each dim of the unpacked tensor is in the packed one; none if a tile
/// size is not known.
template <typename OpTy>
static std::optional<SmallVector<TiledDim>> getTiledDims(OpTy op,
                                                         int64_t rank) {
  SmallVector<TiledDim> dims;
  ArrayRef<int64_t> permutation = op.getOuterDimsPerm();
  for (int64_t dim = 0; dim < rank; ++dim) {
    int64_t outer = permutation.empty()
                        ? dim
                        : llvm::find(permutation, dim) - permutation.begin();
    dims.push_back({dim, outer});
  }
  for (auto [index, pair] : llvm::enumerate(
           llvm::zip_equal(op.getInnerDimsPos(), op.getStaticInnerTiles()))) {
    auto [dim, tile] = pair;
    if (ShapedType::isDynamic(tile))
      return std::nullopt;
    dims[dim].inner = rank + index;
    dims[dim].tile = tile;
  }
  return dims;
}

/// The common value of the elements of `map` from `begin` in steps; an index
/// from `size` on has the padding value.
static std::optional<Scalar> getCommon(const SliceMap &map, int64_t begin,
                                       int64_t end, int64_t step, int64_t size,
                                       std::optional<Scalar> padding) {
  std::optional<Scalar> common;
  for (int64_t index = begin; index < end; index += step) {
    std::optional<Scalar> value = index < size ? map.lookup(index) : padding;
    if (!value || (common && common != value))
      return std::nullopt;
    common = value;
  }
  return common;
}

namespace {
struct LinalgRules {
  /// Elements of -inf become zero where a finite one is beside them, which there
  /// is if nothing is NaN. No other fill survives.
  static void infer(linalg::SoftmaxOp op, InferContext &context) {
    if (op.getNumResults() == 0 || !context.assumeFinite)
      return;
    const ValueFacts &from = context.getFacts(op.getInput());
    ValueFacts facts = ValueFacts::unknown(from.getShape());
    Scalar zero = Scalar::getFloat(0.0);
    for (int64_t dim = 0; dim < from.getRank(); ++dim) {
      SliceMap map;
      SliceMap slices = from.getSliceMap(dim);
      for (const SliceMap::Run &run : slices.getRuns())
        if (run.value.isNegativeInfinity() &&
            dim == int64_t(op.getDimension()) && !from.getUniform())
          map.append(run.begin, run.end, zero);
      facts.setSlices(dim, std::move(map));
    }
    if (from.getSupport() && from.getSupport()->fill.isNegativeInfinity()) {
      Support support = *from.getSupport();
      support.fill = zero;
      facts.setSupport(support);
    }
    context.setFacts(op.getResult()[0], std::move(facts));
  }
  static void demand(linalg::SoftmaxOp op, DemandContext &context) {
    Demand demand = op.getNumResults() == 0
                        ? Demand::all(getFactShape(op.getInputOperandType()))
                        : context.getDemand(op.getResult()[0]);
    if (demand.isNone())
      return;
    SmallVector<int64_t> shape = getFactShape(op.getInputOperandType());
    SmallVector<IndexSet> live;
    for (auto [dim, size] : llvm::enumerate(shape)) {
      bool isSummed = dim == op.getDimension();
      live.push_back(size == dynamicSize ? IndexSet()
                     : isSummed          ? IndexSet::range(0, size)
                                         : demand.getLive(dim));
    }
    context.addDemand(op.getInput(), Demand::slices(shape, live));
  }

  static void infer(linalg::PackOp op, InferContext &context) {
    if (op->getNumResults() == 0)
      return;
    const ValueFacts &from = context.getFacts(op.getSource());
    std::optional<Scalar> padding;
    if (Value value = op.getPaddingValue())
      padding = context.getFacts(value).getUniform();
    SmallVector<int64_t> shape = getFactShape(op->getResult(0).getType());
    ValueFacts facts = ValueFacts::unknown(shape);
    auto dims = getTiledDims(op, from.getRank());
    auto uniform = from.getUniform();
    if (uniform && (!op.getPaddingValue() || padding == uniform))
      return context.setFacts(op->getResult(0),
                              ValueFacts::constant(shape, *uniform));
    for (const TiledDim &dim : dims.value_or(SmallVector<TiledDim>())) {
      SliceMap source = from.getSliceMap(dim.dim);
      int64_t size = from.getShape()[dim.dim];
      if (size == dynamicSize || source.empty() ||
          shape[dim.outer] == dynamicSize || op.getPaddingValue())
        continue;
      SliceMap outer, inner;
      int64_t end = shape[dim.outer] * dim.tile;
      for (int64_t tile = 0; tile < shape[dim.outer]; ++tile)
        if (auto value = getCommon(source, tile * dim.tile,
                                   (tile + 1) * dim.tile, 1, size, padding))
          outer.append(tile, tile + 1, *value);
      for (int64_t index = 0; index < dim.tile && dim.inner >= 0; ++index)
        if (auto value = getCommon(source, index, end, dim.tile, size, padding))
          inner.append(index, index + 1, *value);
      facts.setSlices(dim.outer, std::move(outer));
      if (dim.inner >= 0)
        facts.setSlices(dim.inner, std::move(inner));
    }
    facts.setFinite(from.isFinite() && !op.getPaddingValue());
    context.setFacts(op->getResult(0), std::move(facts));
  }
  static void demand(linalg::PackOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }

  static void infer(linalg::UnPackOp op, InferContext &context) {
    if (op->getNumResults() == 0)
      return;
    const ValueFacts &from = context.getFacts(op.getSource());
    SmallVector<int64_t> shape = getFactShape(op->getResult(0).getType());
    if (auto uniform = from.getUniform())
      return context.setFacts(op->getResult(0),
                              ValueFacts::constant(shape, *uniform));
    ValueFacts facts = ValueFacts::unknown(shape);
    facts.setFinite(from.isFinite());
    auto dims = getTiledDims(op, shape.size());
    for (const TiledDim &dim : dims.value_or(SmallVector<TiledDim>())) {
      if (shape[dim.dim] == dynamicSize)
        continue;
      SliceMap outer = from.getSliceMap(dim.outer);
      SliceMap inner =
          dim.inner >= 0 ? from.getSliceMap(dim.inner) : SliceMap();
      SliceMap map;
      if (outer.empty() && inner.empty())
        continue;
      for (int64_t index = 0; index < shape[dim.dim]; ++index) {
        std::optional<Scalar> value = outer.lookup(index / dim.tile);
        if (!value)
          value = inner.lookup(index % dim.tile);
        if (value)
          map.append(index, index + 1, *value);
      }
      facts.setSlices(dim.dim, std::move(map));
    }
    context.setFacts(op->getResult(0), std::move(facts));
  }
  static void demand(linalg::UnPackOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }
};
} // namespace

void facts::registerLinalgModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *) {
    attachModels<LinalgRules, linalg::SoftmaxOp, linalg::PackOp,
                 linalg::UnPackOp>(context);
  });
}
