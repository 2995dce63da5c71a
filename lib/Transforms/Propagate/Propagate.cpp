//===- Propagate.cpp - Facts put to use without new shapes ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-propagate: zeroes slices of weights that nobody reads, and says
// where zeros stop.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Propagate/Passes.h"

#include "sparse-opt/Analysis/Sparsity/OpFacts.h"
#include "sparse-opt/Analysis/Sparsity/SparsityAnalysis.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"

#define DEBUG_TYPE "sparsity-propagate"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_PROPAGATEPASS
#include "sparse-opt/Transforms/Propagate/Passes.h.inc"
} // namespace sparseopt

namespace {
class PropagatePass : public sparseopt::impl::PropagatePassBase<PropagatePass> {
public:
  using PropagatePassBase::PropagatePassBase;

protected:
  void runOnOperation() override;
};
} // namespace

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// Slices that nobody reads and that are not zero yet, one set per dim.
static SmallVector<IndexSet> getFreeSlices(WeightOp weight,
                                           const SparsityAnalysis &analysis) {
  SmallVector<IndexSet> free;
  const ValueFacts &facts = analysis.getFacts(weight.getResult());
  Demand demand = analysis.getDemand(weight.getResult());
  // An unused weight is not ours to change.
  if (demand.isNone() || demand.isAll())
    return free;
  for (int64_t dim = 0; dim < facts.getRank(); ++dim) {
    IndexSet nonzero =
        facts.getZeroSlices(dim).complement(facts.getShape()[dim]);
    free.push_back(IndexSet::intersect(demand.getDead(dim), nonzero));
  }
  return free;
}

/// Writes zeros to the slices of a row-major tensor.
static void zeroSlices(MutableArrayRef<char> bytes, ArrayRef<int64_t> shape,
                       int64_t elementBytes, ArrayRef<IndexSet> slices) {
  for (auto [dim, set] : llvm::enumerate(slices)) {
    int64_t inner = elementBytes;
    for (int64_t size : shape.drop_front(dim + 1))
      inner *= size;
    int64_t row = inner * shape[dim];
    for (const IndexSet::Run &run : set.getRuns())
      for (int64_t start = 0; start < int64_t(bytes.size()); start += row)
        std::fill(bytes.begin() + start + run.begin * inner,
                  bytes.begin() + start + run.end * inner, 0);
  }
}

/// The values of `weight` with zeros in `slices`; null if they are not there.
static ElementsAttr makeZeroed(WeightOp weight, ArrayRef<IndexSet> slices) {
  RankedTensorType type = weight.getType();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(weight.getValue()))
    if (!resource.getRawHandle().getBlob())
      return {};
  FailureOr<WeightData> data =
      WeightData::get(weight.getValue(), [] { return InFlightDiagnostic(); });
  if (failed(data))
    return {};
  std::vector<char> buffer(data->getBytes().begin(), data->getBytes().end());
  zeroSlices(buffer, type.getShape(), *getElementBytes(type.getElementType()),
             slices);
  auto resource = dyn_cast<DenseResourceElementsAttr>(weight.getValue());
  if (!resource)
    return DenseElementsAttr::getFromRawBuffer(type, buffer);
  MutableArrayRef<char> target;
  DenseResourceElementsAttr result =
      allocateResource(type, resource.getRawHandle().getKey(), target);
  llvm::copy(buffer, target.begin());
  return result;
}

/// Returns whether anything changed.
static bool zeroFreeSlices(WeightOp weight, const SparsityAnalysis &analysis,
                           SmallVectorImpl<ElementsAttr> &replaced) {
  SmallVector<IndexSet> slices = getFreeSlices(weight, analysis);
  if (llvm::all_of(slices, [](const IndexSet &set) { return set.empty(); }))
    return false;
  ElementsAttr value = makeZeroed(weight, slices);
  if (!value)
    return false;
  replaced.push_back(weight.getValue());
  weight.setValueAttr(value);
  for (auto [dim, set] : llvm::enumerate(slices))
    if (!set.empty())
      remark::passed(weight.getLoc(),
                     remark::RemarkOpts::name("propagate").category("sparsity"))
          << ("weight '" + weight.getName() + "': " + Twine(set.size()) +
              " slices along dim " + Twine(dim) +
              " that no result depends on are zero now")
                 .str();
  return true;
}

//===----------------------------------------------------------------------===//
// Where zeros stop
//===----------------------------------------------------------------------===//

/// The first dim of `value` with some, but not only, zero slices.
static std::optional<int64_t> getZeroDim(const ValueFacts &facts) {
  if (!facts.isReached() || facts.getUniform())
    return std::nullopt;
  for (int64_t dim = 0; dim < facts.getRank(); ++dim)
    if (!facts.getZeroSlices(dim).empty())
      return dim;
  return std::nullopt;
}

/// Whether anything about constants is known of a result.
static bool hasConstants(const ValueFacts &facts) {
  if (facts.getUniform() || facts.getSupport())
    return true;
  for (int64_t dim = 0; dim < facts.getRank(); ++dim)
    if (!facts.getSliceMap(dim).empty())
      return true;
  return false;
}

/// Whether zeros would survive if nothing were infinite or NaN.
static bool survivesIfFinite(Operation *op, const SparsityAnalysis &analysis) {
  if (!hasDefaultModel(op))
    return false;
  bool survives = false;
  InferContext context;
  context.assumeFinite = true;
  context.getFacts = [&](Value value) -> const ValueFacts & {
    return analysis.getFacts(value);
  };
  context.setFacts = [&](Value, const ValueFacts &facts) {
    survives |= hasConstants(facts);
  };
  inferDefault(op, context);
  return survives;
}

/// Says why the zeros of an operand are not seen in any result. Sums take zeros
/// in and are left out.
static void remarkOnStop(Operation *op, const SparsityAnalysis &analysis,
                         bool assumeFinite) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (op->getNumResults() == 0 || isa<LinearOp>(op) ||
      (linalgOp && linalgOp.getNumReductionLoops() > 0))
    return;
  for (Value result : op->getResults())
    if (!isa<RankedTensorType>(result.getType()) ||
        hasConstants(analysis.getFacts(result)))
      return;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> dim = getZeroDim(analysis.getFacts(operand));
    if (!dim || matchPattern(operand, m_Constant()) ||
        operand.getDefiningOp<WeightOp>())
      continue;
    auto message = remark::missed(
        op->getLoc(),
        remark::RemarkOpts::name("propagate").category("sparsity"));
    std::string where = "zeros along dim " + std::to_string(*dim) +
                        " stop at '" + op->getName().getStringRef().str() +
                        "': ";
    if (isa<linalg::SoftmaxOp>(op))
      message << ("softmax: fill 0 does not survive: " + where +
                  "each is an equal part of a sum");
    else if (!assumeFinite && survivesIfFinite(op, analysis))
      message << (where +
                  "0 * x is 0 only if x is finite, which takes nnan and "
                  "ninf, or assume-finite");
    else
      message << (where + "its result there depends on other operands");
    return;
  }
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

void PropagatePass::runOnOperation() {
  ModuleOp module = getOperation();
  ConstantScanner constants;
  auto analysis = SparsityAnalysis::run(module, {assumeFinite}, constants);
  if (failed(analysis))
    return signalPassFailure();
  module.walk(
      [&](Operation *op) { remarkOnStop(op, **analysis, assumeFinite); });
  SmallVector<ElementsAttr> replaced;
  bool changed = false;
  module.walk([&](WeightOp weight) {
    changed |= zeroFreeSlices(weight, **analysis, replaced);
  });
  releaseUnused(module, replaced);
  if (!changed)
    markAllAnalysesPreserved();
}
