//===- Shrink.cpp - Removal of dead slices ----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-shrink: plans, keeps patterns, rewrites, and starts again until
// nothing changes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Propagate/Passes.h"

#include "Replicas.h"
#include "ShrinkPlan.h"
#include "ShrinkRewrite.h"
#include "SliceConstant.h"

#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Pruning/PatternCheck.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"

#define DEBUG_TYPE "sparsity-shrink"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_SHRINKPASS
#include "sparse-opt/Transforms/Propagate/Passes.h.inc"
} // namespace sparseopt

namespace {
class ShrinkPass : public sparseopt::impl::ShrinkPassBase<ShrinkPass> {
public:
  using ShrinkPassBase::ShrinkPassBase;

protected:
  void runOnOperation() override;
};
} // namespace

static SmallVector<IndexSet> getRemoved(const ShrinkPlan &plan,
                                        WeightOp weight) {
  SmallVector<IndexSet> removed;
  for (int64_t dim = 0; dim < weight.getType().getRank(); ++dim)
    removed.push_back(plan.getRemoved(weight.getResult(), dim));
  return removed;
}

//===----------------------------------------------------------------------===//
// Values that cannot be sliced
//===----------------------------------------------------------------------===//

/// Keeps all slices of weights and constants whose values are not there.
static bool keepUnknownValues(Operation *top, ShrinkPlan &plan) {
  bool changed = false;
  auto keep = [&](Value value, ElementsAttr elements, auto isRemoved) {
    auto type = cast<RankedTensorType>(value.getType());
    if (canSlice(elements) || !isRemoved())
      return false;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      plan.require(value, dim, IndexSet::range(0, type.getDimSize(dim)),
                   "its values are not there");
    return true;
  };
  top->walk([&](Operation *op) {
    if (auto weight = dyn_cast<WeightOp>(op))
      changed |= keep(weight.getResult(), weight.getValue(),
                      [&] { return plan.removesFrom(weight.getResult()); });
    for (OpOperand &use : op->getOpOperands()) {
      auto constant = use.get().getDefiningOp<arith::ConstantOp>();
      if (!constant || !isAdaptable(use.get()) || !plan.removesFrom(use) ||
          canSlice(cast<ElementsAttr>(constant.getValue())))
        continue;
      plan.require(use, "its values are not there");
      changed = true;
    }
  });
  return changed;
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// Whether the weight has its N:M pattern without the slices in `removed`.
static bool keepsPattern(WeightOp weight, const pruning::NMPattern &pattern,
                         ArrayRef<IndexSet> removed) {
  auto tensor =
      WeightTensor::get(weight.getValue(), [] { return InFlightDiagnostic(); });
  if (failed(tensor))
    return false;
  pruning::TensorRef ref = (*tensor)->ref();
  std::vector<char> bytes =
      sliceBytes((*tensor)->getBytes(), ref.shape,
                 pruning::getElementSize(ref.type), removed);
  SmallVector<int64_t> shape(ref.shape);
  for (auto [size, set] : llvm::zip_equal(shape, removed))
    size -= set.size();
  return pruning::checkPattern({bytes.data(), shape, ref.type}, pattern,
                               getThreadPool(weight.getContext()))
      .holds();
}

/// The indices of `removed` that do not fill a whole aligned group of `m`.
static IndexSet getPartialGroups(const IndexSet &removed, int64_t m,
                                 int64_t size) {
  IndexSet partial;
  for (int64_t begin = 0; begin < size; begin += m) {
    int64_t end = std::min(begin + m, size);
    IndexSet group = IndexSet::range(begin, end);
    if (!removed.containsRange(begin, end))
      partial = IndexSet::unite(partial, IndexSet::intersect(removed, group));
  }
  return partial;
}

/// Where removal would break a pattern that a weight carries, removes whole
/// groups only. Returns whether anything has to stay that was to go.
static bool keepPatterns(Operation *top, ShrinkPlan &plan) {
  bool changed = false;
  top->walk([&](WeightOp weight) {
    if (!weight.getPatterns() || !plan.removesFrom(weight.getResult()))
      return;
    for (Attribute element : weight.getPatternsAttr()) {
      // No value violates the other patterns.
      auto attr = dyn_cast<NMAttr>(element);
      if (!attr)
        continue;
      SmallVector<IndexSet> removed = getRemoved(plan, weight);
      int64_t dim = *attr.getDim();
      pruning::NMPattern pattern{attr.getN(), attr.getM(), dim};
      IndexSet partial = getPartialGroups(removed[dim], pattern.m,
                                          weight.getType().getDimSize(dim));
      if (partial.empty() || keepsPattern(weight, pattern, removed))
        continue;
      remark::missed(weight.getLoc(),
                     remark::RemarkOpts::name("shrink").category("sparsity"))
          << ("weight '" + weight.getName() + "': " + Twine(partial.size()) +
              " dead slices along dim " + Twine(dim) +
              " stay: without them it would not be " + attr.getSpelling())
                 .str();
      plan.require(weight.getResult(), dim, partial,
                   "a pattern needs whole groups");
      changed = true;
    }
  });
  return changed;
}

/// Says why zero slices of weights stay.
static void remarkOnZeros(Operation *top, const ShrinkPlan &plan,
                          const SparsityAnalysis &analysis) {
  top->walk([&](WeightOp weight) {
    const ValueFacts &facts = analysis.getFacts(weight.getResult());
    for (int64_t dim = 0; dim < facts.getRank(); ++dim) {
      int64_t numZeros = facts.getZeroSlices(dim).size();
      if (numZeros == 0)
        continue;
      remark::missed(weight.getLoc(),
                     remark::RemarkOpts::name("shrink").category("sparsity"))
          << ("weight '" + weight.getName() + "': " + Twine(numZeros) +
              " zero slices along dim " + Twine(dim) +
              " stay: " + plan.getReason(weight.getResult(), dim))
                 .str();
    }
  });
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

/// One round; returns whether anything was removed.
static FailureOr<bool> shrinkOnce(ModuleOp module, bool assumeFinite,
                                  ConstantScanner &constants,
                                  SmallVectorImpl<ElementsAttr> &replaced) {
  auto analysis = SparsityAnalysis::run(module, {assumeFinite}, constants);
  if (failed(analysis))
    return failure();
  ShrinkPlan plan(module, **analysis, assumeFinite);
  do
    plan.solve();
  while (keepUnknownValues(module, plan) || keepPatterns(module, plan));
  if (!plan.removesAnything()) {
    remarkOnZeros(module, plan, **analysis);
    return false;
  }
  applyShrinkPlan(module, plan, replaced);
  return true;
}

void ShrinkPass::runOnOperation() {
  Replicas replicas(getOperation());
  // Each round removes something, so that this ends.
  ConstantScanner constants;
  SmallVector<ElementsAttr> replaced;
  bool changed = false;
  while (true) {
    FailureOr<bool> again =
        shrinkOnce(getOperation(), assumeFinite, constants, replaced);
    if (failed(again))
      return signalPassFailure();
    if (!*again)
      break;
    changed = true;
  }
  replicas.merge();
  releaseUnused(getOperation(), replaced);
  if (!changed)
    markAllAnalysesPreserved();
}
