//===- Own.cpp - Facts through ops of this project --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights, prune requests and linear layers.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "sparse-opt/Analysis/Sparsity/LinearFacts.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;
using namespace sparseopt::sparsity;

/// Facts about the same tensor, of which `shape` knows other sizes.
static ValueFacts withShape(const ValueFacts &from, ArrayRef<int64_t> shape) {
  if (from.getShape() == shape)
    return from;
  if (auto value = from.getUniform())
    return ValueFacts::constant(shape, *value);
  ValueFacts facts = ValueFacts::unknown(shape);
  facts.setFinite(from.isFinite());
  for (int64_t dim = 0; dim < from.getRank(); ++dim)
    if (from.getShape()[dim] == shape[dim])
      facts.setSlices(dim, from.getSliceMap(dim));
  return facts;
}

namespace {
struct OwnRules {
  /// Only values count, never a pattern that the op says it has.
  static void infer(WeightOp op, InferContext &context) {
    context.setFacts(op.getResult(), context.constants->get(op.getValue()));
  }
  static void demand(WeightOp, DemandContext &) {}

  /// The result has the pattern. Methods that only choose what to zero keep the
  /// other facts; those that update weights may write to any value they keep.
  static void infer(PruneOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getWeight());
    ValueFacts facts = ValueFacts::unknown(from.getShape());
    Type element = getElementTypeOrSelf(op.getWeight());
    Scalar zero =
        isa<FloatType>(element) ? Scalar::getFloat(0.0) : Scalar::getInteger(0);
    bool onlyZeroes = isa<MagnitudeAttr, ThresholdAttr>(op.getMethod());
    facts.setFinite(onlyZeroes && from.isFinite());
    for (int64_t dim = 0; onlyZeroes && dim < from.getRank(); ++dim) {
      SliceMap zeros;
      IndexSet zeroSlices = from.getZeroSlices(dim);
      for (const IndexSet::Run &run : zeroSlices.getRuns())
        zeros.append(run.begin, run.end, zero);
      facts.setSlices(dim, std::move(zeros));
    }
    Support support;
    if (onlyZeroes && from.getSupport() && from.getSupport()->fill == zero)
      support = *from.getSupport();
    support.fill = zero;
    auto pattern = dyn_cast<NMAttr>(op.getPattern());
    if (pattern && pattern.getDim())
      support.addPattern({pattern.getN(), pattern.getM(), *pattern.getDim()},
                         from.getRank());
    facts.setSupport(support);
    context.setFacts(op.getResult(), std::move(facts));
  }
  /// What a request chooses depends on all values.
  static void demand(PruneOp op, DemandContext &context) {
    context.addAll(op.getWeight());
  }

  /// What is known, and what the user says.
  static void infer(AssumeOp op, InferContext &context) {
    const ValueFacts &from = context.getFacts(op.getValue());
    auto pattern = cast<NMAttr>(op.getPattern());
    Type element = getElementTypeOrSelf(op.getValue());
    Support support;
    support.fill =
        isa<FloatType>(element) ? Scalar::getFloat(0.0) : Scalar::getInteger(0);
    support.addPattern({pattern.getN(), pattern.getM(), *pattern.getDim()},
                       from.getRank());
    ValueFacts claim = ValueFacts::unknown(from.getShape());
    claim.setSupport(support);
    context.setFacts(op.getResult(), ValueFacts::meet(from, claim));
  }
  static void demand(AssumeOp op, DemandContext &context) {
    context.addDemand(op.getValue(), context.getDemand(op.getResult()));
  }

  static void infer(LinearOp op, InferContext &context) {
    if (op->getNumResults() == 0)
      return;
    ValueFacts products = inferLoopNest(makeProductNest(op, context.getFacts,
                                                        context.assumeFinite))
                              .front();
    context.setFacts(
        op->getResult(0),
        withShape(inferLoopNest(makeEpilogueNest(op, products, context.getFacts,
                                                 context.assumeFinite))
                      .front(),
                  getFactShape(op->getResult(0).getType())));
  }
  static void demand(LinearOp op, DemandContext &context) {
    if (op->getNumResults() == 0)
      return demandAllOperands(op, context);
    LoopNest products =
        makeProductNest(op, context.getFacts, context.assumeFinite);
    LoopNest epilogue =
        makeEpilogueNest(op, inferLoopNest(products).front(), context.getFacts,
                         context.assumeFinite);
    std::vector<Demand> inputs =
        demandLoopNest(epilogue, context.getDemand(op->getResult(0)));
    for (auto [extra, demand] : llvm::zip_equal(
             op.getExtras(), ArrayRef(inputs).drop_front().drop_back()))
      context.addDemand(extra, demand);
    std::vector<Demand> factors = demandLoopNest(products, inputs.front());
    context.addDemand(op.getInput(), factors[0]);
    context.addDemand(op.getWeight(), factors[1]);
  }
};
} // namespace

void facts::registerOwnModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, SparsityDialect *) {
    attachModels<OwnRules, WeightOp, PruneOp, AssumeOp, LinearOp>(context);
  });
}
