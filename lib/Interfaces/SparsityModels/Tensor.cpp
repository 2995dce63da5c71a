//===- Tensor.cpp - Facts through ops of tensor -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements, gathers and scatters, and registration of all models of the dialect.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {

/// Dims of a gather's slices, or of a scatter's source, beside the dims of the
/// tensor that they belong to.
struct SliceDims {
  SmallVector<std::pair<int64_t, int64_t>> pairs;

  /// `gathered` are the dims that the indices choose.
  SliceDims(int64_t rank, int64_t sliceRank, int64_t indicesRank,
            ArrayRef<int64_t> gathered) {
    int64_t batchRank = indicesRank - 1;
    bool dropsDims = sliceRank - batchRank != rank;
    int64_t position = batchRank;
    for (int64_t dim = 0; dim < rank; ++dim) {
      bool isChosen = llvm::is_contained(gathered, dim);
      if (!isChosen)
        pairs.emplace_back(dim, position);
      position += !isChosen || !dropsDims;
    }
  }
};

struct TensorRules {
  static void infer(tensor::SplatOp op, InferContext &context) {
    if (auto value = context.getFacts(op.getInput()).getUniform())
      context.setFacts(op.getResult(), ValueFacts::constant(
                                           getFactShape(op.getType()), *value));
  }
  static void demand(tensor::SplatOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }

  static void infer(tensor::FromElementsOp op, InferContext &context) {
    SmallVector<int64_t> shape = getFactShape(op.getType());
    ValueFacts facts = ValueFacts::unknown(shape);
    SliceMap map;
    bool isFinite = true;
    for (auto [index, element] : llvm::enumerate(op.getElements())) {
      const ValueFacts &known = context.getFacts(element);
      isFinite &= known.isFinite();
      if (auto value = known.getUniform())
        map.append(index, index + 1, *value);
    }
    facts.setFinite(isFinite);
    if (shape.empty() && !map.empty())
      facts.setUniform(map.getRuns().front().value);
    else if (shape.size() == 1)
      facts.setSlices(0, map);
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::FromElementsOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }

  static void infer(tensor::ExtractOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getTensor());
    ValueFacts facts = ValueFacts::unknown({});
    facts.setFinite(from.isFinite());
    std::optional<Scalar> value = from.getUniform();
    for (auto [dim, index] : llvm::enumerate(op.getIndices()))
      if (auto position = context.getFacts(index).getUniform(); position)
        if (!value)
          value = from.getSlice(dim, position->getInteger());
    if (value)
      facts.setUniform(*value);
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::ExtractOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }

  static void infer(tensor::ReshapeOp op, InferContext &context) {
    if (auto value = context.getFacts(op.getSource()).getUniform())
      context.setFacts(op.getResult(), ValueFacts::constant(
                                           getFactShape(op.getType()), *value));
  }
  static void demand(tensor::ReshapeOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }

  /// Sizes do not depend on the elements.
  static void infer(tensor::DimOp, InferContext &) {}
  static void demand(tensor::DimOp op, DemandContext &context) {
    context.addAll(op.getIndex());
  }

  static void infer(tensor::GatherOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getSource());
    SmallVector<int64_t> shape = getFactShape(op.getType());
    if (auto value = from.getUniform())
      return context.setFacts(op.getResult(),
                              ValueFacts::constant(shape, *value));
    ValueFacts facts = ValueFacts::unknown(shape);
    facts.setFinite(from.isFinite());
    SliceDims dims(from.getRank(), shape.size(), op.getIndicesType().getRank(),
                   op.getGatherDims());
    for (auto [source, target] : dims.pairs)
      facts.setSlices(target, from.getSliceMap(source));
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::GatherOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }

  static void infer(tensor::ScatterOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getSource());
    const ValueFacts &into = context.getFacts(op.getDest());
    ValueFacts facts = ValueFacts::unknown(into.getShape());
    facts.setFinite(from.isFinite() && into.isFinite());
    if (into.getUniform() && from.getUniform() == into.getUniform())
      facts.setUniform(*into.getUniform());
    SliceDims dims(into.getRank(), from.getRank(),
                   op.getIndicesType().getRank(), op.getScatterDims());
    for (auto [target, source] : dims.pairs)
      facts.setSlices(target, SliceMap::intersect(into.getSliceMap(target),
                                                  from.getSliceMap(source)));
    context.setFacts(op.getResult(), std::move(facts));
  }
  static void demand(tensor::ScatterOp op, DemandContext &context) {
    demandAllOperands(op, context);
  }
};

} // namespace

void facts::registerTensorModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    attachTensorReshapeModels(context);
    attachTensorSliceModels(context);
    attachModels<TensorRules, tensor::SplatOp, tensor::FromElementsOp,
                 tensor::ExtractOp, tensor::ReshapeOp, tensor::DimOp,
                 tensor::GatherOp, tensor::ScatterOp>(context);
  });
}
