//===- MeasureSensitivity.cpp - What candidates do to layers ---- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One layer at a time, its candidates in parallel; a candidate's copy of the weight
// lives only while it is measured.
//
//===----------------------------------------------------------------------===//

#include "MeasureSensitivity.h"

#include "sparse-opt/Checkpoint/StatisticsFile.h"
#include "sparse-opt/Dialect/Sparsity/Utils/NameFilter.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Pruning/OutputEnergy.h"
#include "sparse-opt/Pruning/Parallel.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

#define DEBUG_TYPE "sparsity-sensitivity"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

SmallVector<LinearOp> sparseopt::getLinears(WeightOp weight) {
  SmallVector<LinearOp> linears;
  auto collect = [&](Value value) {
    for (OpOperand &use : value.getUses())
      if (auto linear = dyn_cast<LinearOp>(use.getOwner()))
        if (use.get() == linear.getWeight())
          linears.push_back(linear);
  };
  collect(weight.getResult());
  for (Operation *user : weight->getUsers())
    if (auto prune = dyn_cast<PruneOp>(user))
      collect(prune.getResult());
  return linears;
}

/// Why the weight is no layer that can be measured, or "".
static StringRef getObstacle(WeightOp weight) {
  if (weight.getType().getRank() != 2 || getLinears(weight).empty())
    return "no linear layer uses it";
  if (llvm::any_of(weight->getUsers(), llvm::IsaPred<PruneOp>))
    return "it has a request already";
  if (!llvm::all_of(weight->getUsers(), llvm::IsaPred<LinearOp>))
    return "it is used outside of linear layers";
  return "";
}

static FailureOr<NameFilter> makeFilter(ModuleOp module, StringRef option,
                                        ArrayRef<std::string> texts) {
  NameFilter filter;
  for (const std::string &text : texts)
    if (llvm::Error error = filter.add(text))
      return mlir::emitError(module.getLoc())
             << option << ": " << llvm::toString(std::move(error));
  return std::move(filter);
}

FailureOr<std::vector<WeightOp>>
sparseopt::findLayers(ModuleOp module, ArrayRef<std::string> targetTexts,
                      ArrayRef<std::string> ignoreTexts) {
  FailureOr<NameFilter> targets = makeFilter(module, "targets", targetTexts);
  FailureOr<NameFilter> ignore = makeFilter(module, "ignore", ignoreTexts);
  if (failed(targets) || failed(ignore))
    return failure();
  std::vector<WeightOp> layers;
  llvm::StringSet<> names;
  module.walk([&](WeightOp weight) {
    StringRef name = weight.getName();
    bool isTarget = targets->empty() || targets->match(name).has_value();
    if (ignore->match(name).has_value() || !isTarget)
      return;
    StringRef obstacle = getObstacle(weight);
    if (obstacle.empty() && !names.insert(name).second)
      obstacle = "another weight of that name came before";
    if (obstacle.empty()) {
      layers.push_back(weight);
      return;
    }
    remark::missed(weight.getLoc(),
                   remark::RemarkOpts::name(DEBUG_TYPE).category("sparsity"))
        << ("weight '" + name + "' is not measured: " + obstacle).str();
  });
  for (size_t index = 0; index < ignore->size(); ++index)
    if (!ignore->wasUsed(index))
      mlir::emitWarning(module.getLoc())
          << "ignore '" << ignore->getText(index) << "' matches no weight";
  bool allUsed = true;
  for (size_t index = 0; index < targets->size(); ++index)
    if (!targets->wasUsed(index)) {
      mlir::emitError(module.getLoc())
          << "target '" << targets->getText(index) << "' matches no weight";
      allUsed = false;
    }
  if (!allUsed)
    return failure();
  return layers;
}

//===----------------------------------------------------------------------===//
// Measurement
//===----------------------------------------------------------------------===//

namespace {

/// One weight whose candidates are measured.
class Layer {
public:
  /// Reads the weight and describes its linears.
  LogicalResult open(WeightOp op, const SensitivityOptions &judged);
  /// Looks up the statistics and computes what errors are relative to.
  LogicalResult calibrate(const StatisticsFile &file);
  /// May be called by several threads.
  CandidateRow measure(const Candidate &candidate);

  LayerRow row;

private:
  void predict(CandidateRow &result, const Candidate &candidate,
               const PrunedCopy &copy);

  WeightOp weight;
  const SensitivityOptions *options = nullptr;
  std::unique_ptr<WeightTensor> tensor;
  SmallVector<std::pair<LinearDesc, int64_t>> linears;
  pruning::CalibrationStatistics statistics;
  double energy = 0;
  llvm::ThreadPoolInterface *pool = nullptr;
};

} // namespace

LogicalResult Layer::open(WeightOp op, const SensitivityOptions &judged) {
  weight = op;
  options = &judged;
  pool = getThreadPool(op.getContext());
  auto emit = [&] {
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName() << "' ";
  };
  FailureOr<std::unique_ptr<WeightTensor>> values =
      WeightTensor::get(weight.getValue(), emit);
  if (failed(values))
    return failure();
  tensor = std::move(*values);
  if (pruning::findNonFinite(tensor->ref(), pool))
    return emit() << "holds NaN or infinity and cannot be pruned";
  for (LinearOp linear : getLinears(weight)) {
    FailureOr<LinearDesc> desc = describeLinear(linear, weight);
    if (failed(desc))
      return failure();
    int64_t tokens = getNumTokens(linear);
    if (ShapedType::isDynamic(tokens))
      tokens = options->tokens;
    linears.emplace_back(*desc, tokens);
    row.tokens = std::max(row.tokens, tokens);
  }
  row.weight = weight.getName().str();
  row.out = weight.getType().getDimSize(0);
  row.in = weight.getType().getDimSize(1);
  return success();
}

LogicalResult Layer::calibrate(const StatisticsFile &file) {
  auto emit = [&] {
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName() << "' cannot be measured: ";
  };
  llvm::Expected<pruning::CalibrationStatistics> found =
      file.lookup(row.weight, row.in);
  if (!found)
    return emit() << llvm::toString(found.takeError());
  if (!found->hasGram())
    return emit() << "'" << file.getPath()
                  << "' has no Gram matrix for it; collect the statistics "
                     "with Gram matrices";
  statistics = *found;
  if (llvm::Error error = pruning::verifyStatistics(statistics, row.in,
                                                    /*needsGram=*/true))
    return emit() << "'" << file.getPath()
                  << "': " << llvm::toString(std::move(error));
  energy = pruning::computeOutputEnergy(tensor->ref(), statistics.gram, pool);
  return success();
}

CandidateRow Layer::measure(const Candidate &candidate) {
  CandidateRow result;
  result.candidate = candidate.text;
  llvm::Expected<PrunedCopy> copy = pruneCopy(
      weight.getContext(), tensor->ref(), statistics, candidate, pool);
  if (!copy) {
    result.obstacle = llvm::toString(copy.takeError());
    return result;
  }
  result.density = copy->density;
  result.retainedNorm = copy->retainedNorm;
  if (!candidate.isDense) {
    pruning::TensorRef source = tensor->ref();
    pruning::TensorRef pruned{copy->bytes.data(), source.shape, source.type};
    double lost =
        pruning::computeLostEnergy(source, pruned, statistics.gram, pool);
    result.error = pruning::getRelativeError(lost, energy);
  }
  predict(result, candidate, *copy);
  return result;
}

/// The N:M pattern that a candidate gives to a weight, if it is one.
static std::optional<NMFact> getNMFact(const Candidate &candidate) {
  if (candidate.isDense)
    return std::nullopt;
  pruning::Pattern pattern =
      llvm::cantFail(pruning::parsePattern(candidate.spec.pattern, 1));
  auto *nm = std::get_if<pruning::NMPattern>(&pattern);
  return nm ? std::optional<NMFact>({nm->n, nm->m}) : std::nullopt;
}

void Layer::predict(CandidateRow &result, const Candidate &candidate,
                    const PrunedCopy &copy) {
  result.bytes = copy.bytes.size();
  std::optional<NMFact> added = getNMFact(candidate);
  MLIRContext *context = weight.getContext();
  double seconds = 0;
  std::optional<Prediction> last;
  for (auto [desc, tokens] : linears) {
    desc.density = copy.density;
    if (added)
      desc.nmPatterns.push_back(*added);
    last = predictLayer(context, desc, tokens, options->target);
    if (!last)
      return;
    seconds += last->seconds;
  }
  if (!last)
    return;
  result.predictedNs = std::llround(seconds * 1e9);
  result.kernel = last->family->getName().str();
  const sparseopt::Layout *layout =
      KernelRegistry::get(context).lookupLayout(last->candidate.layout);
  WeightView view{copy.bytes.data(), row.out, row.in,
                  weight.getType().getElementType()};
  FailureOr<std::vector<char>> packed =
      layout->pack(view, last->candidate.layoutParams,
                   [&] { return mlir::emitError(weight.getLoc()); });
  if (succeeded(packed))
    result.bytes = packed->size();
}

FailureOr<Sensitivity>
sparseopt::measureSensitivity(ModuleOp module, ArrayRef<WeightOp> weights,
                              const SensitivityOptions &options) {
  FailureOr<std::vector<Candidate>> candidates = parseCandidates(
      module, options.candidates, options.method, options.scope);
  if (failed(candidates))
    return failure();
  if (options.statistics.empty())
    return mlir::emitError(
        module.getLoc(),
        "output errors need statistics of the layers' inputs: give stats=FILE");
  llvm::Expected<std::shared_ptr<StatisticsFile>> file =
      StatisticsFile::open(options.statistics);
  if (!file)
    return mlir::emitError(module.getLoc()) << llvm::toString(file.takeError());
  Sensitivity result{options.method, {}};
  for (WeightOp weight : weights) {
    Layer layer;
    if (failed(layer.open(weight, options)) || failed(layer.calibrate(**file)))
      return failure();
    layer.row.candidates.resize(candidates->size());
    pruning::parallelFor(getThreadPool(module.getContext()), candidates->size(),
                         [&](int64_t index) {
                           layer.row.candidates[index] =
                               layer.measure((*candidates)[index]);
                         });
    result.layers.push_back(std::move(layer.row));
  }
  return std::move(result);
}

FailureOr<LayerRow> sparseopt::measureDense(WeightOp weight,
                                            const SensitivityOptions &options) {
  Layer layer;
  if (failed(layer.open(weight, options)))
    return failure();
  Candidate dense;
  dense.text = "dense";
  dense.isDense = true;
  layer.row.candidates.push_back(layer.measure(dense));
  return std::move(layer.row);
}
