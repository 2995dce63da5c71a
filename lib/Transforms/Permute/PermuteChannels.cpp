//===- PermuteChannels.cpp - Reorder channels for N:M ----------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-permute-channels.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Permute/Passes.h"

#include "PermuteConstants.h"
#include "PermuteStatistics.h"

#include "sparse-opt/Dialect/Sparsity/Utils/NameFilter.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Pruning/Mask.h"
#include "sparse-opt/Pruning/Pattern.h"
#include "sparse-opt/Pruning/Permutation.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <numeric>
#include <random>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

#define DEBUG_TYPE "sparsity-permute-channels"

namespace sparseopt {
#define GEN_PASS_DEF_PERMUTECHANNELSPASS
#include "sparse-opt/Transforms/Permute/Passes.h.inc"
} // namespace sparseopt

namespace {

class PermuteChannelsPass
    : public sparseopt::impl::PermuteChannelsPassBase<PermuteChannelsPass> {
public:
  using PermuteChannelsPassBase::PermuteChannelsPassBase;

protected:
  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

private:
  LogicalResult run();
  LogicalResult readOptions();
  FailureOr<NameFilter> makeFilter(StringRef option,
                                   ArrayRef<std::string> texts);
  LogicalResult permuteInputs(LinearOp linear, WeightOp weight);
  FailureOr<std::vector<float>> getScores(const ChannelClass &channels,
                                          int64_t &numRows);
  std::vector<int64_t> chooseRandomly(const ChannelClass &channels);
  std::vector<int64_t> chooseBest(const ChannelClass &channels,
                                  ArrayRef<float> scores,
                                  const pruning::NMPattern &nm);
  pruning::NMPattern getPattern(const ChannelClass &channels);

  pruning::NMPattern defaultPattern;
  std::optional<StatisticsPermuter> statistics;
  llvm::DenseSet<Operation *> done;
  SmallVector<ElementsAttr> replaced;
  std::mt19937_64 random;
};

} // namespace

/// Rounds of exchanges between groups.
static constexpr int64_t numRounds = 2;

static remark::RemarkOpts getRemarkName() {
  return remark::RemarkOpts::name(DEBUG_TYPE).category("sparsity");
}

FailureOr<NameFilter>
PermuteChannelsPass::makeFilter(StringRef option, ArrayRef<std::string> texts) {
  NameFilter filter;
  for (const std::string &text : texts)
    if (llvm::Error error = filter.add(text))
      return mlir::emitError(getOperation().getLoc())
             << option << ": " << llvm::toString(std::move(error));
  return std::move(filter);
}

LogicalResult PermuteChannelsPass::readOptions() {
  Location loc = getOperation().getLoc();
  llvm::Expected<pruning::Pattern> parsed = pruning::parsePattern(pattern, 1);
  if (!parsed)
    return mlir::emitError(loc, "pattern: ")
           << llvm::toString(parsed.takeError());
  auto *nm = std::get_if<pruning::NMPattern>(&*parsed);
  if (!nm)
    return mlir::emitError(loc, "pattern: the order of channels matters for "
                                "N:M patterns only");
  defaultPattern = *nm;
  random.seed(seed);
  statistics.reset();
  if (stats.empty() != statsOut.empty())
    return mlir::emitError(loc, "'stats' and 'stats-out' belong together: the "
                                "statistics of reordered channels are others");
  if (stats.empty())
    return success();
  llvm::Expected<StatisticsPermuter> opened = StatisticsPermuter::open(stats);
  if (!opened)
    return mlir::emitError(loc) << llvm::toString(opened.takeError());
  statistics = std::move(*opened);
  return success();
}

/// The pattern that the consumers are to have: of a request, or of the option.
pruning::NMPattern
PermuteChannelsPass::getPattern(const ChannelClass &channels) {
  for (Operation *weight : channels.consumers)
    for (Operation *user : weight->getUsers())
      if (auto prune = dyn_cast<PruneOp>(user))
        if (auto nm = dyn_cast<NMAttr>(prune.getPattern()))
          return {nm.getN(), nm.getM(), 1};
  return defaultPattern;
}

/// Scores of the weights that contract the channels, stacked.
FailureOr<std::vector<float>>
PermuteChannelsPass::getScores(const ChannelClass &channels, int64_t &numRows) {
  std::vector<float> scores;
  for (Operation *op : channels.consumers) {
    auto weight = cast<WeightOp>(op);
    auto emit = [&] {
      return mlir::emitError(weight.getLoc())
             << "weight '" << weight.getName() << "' ";
    };
    FailureOr<std::unique_ptr<WeightTensor>> tensor =
        WeightTensor::get(weight.getValue(), emit);
    if (failed(tensor))
      return failure();
    if (pruning::findNonFinite((*tensor)->ref(), /*pool=*/nullptr))
      return emit() << "holds NaN or infinity and cannot be scored";
    llvm::ArrayRef<double> squares;
    if (statistics) {
      auto found = statistics->lookup(weight.getName(), channels.size);
      if (!found)
        return emit() << "cannot be scored: "
                      << llvm::toString(found.takeError());
      squares = found->sumsq;
    }
    pruning::TensorRef ref = (*tensor)->ref();
    int64_t total = ref.getNumElements();
    scores.reserve(scores.size() + total);
    for (int64_t index = 0; index < total; ++index) {
      double score = std::fabs(pruning::getElement(ref, index));
      if (!squares.empty())
        score *= std::sqrt(squares[index % channels.size]);
      scores.push_back(score);
    }
  }
  numRows = scores.size() / channels.size;
  return scores;
}

std::vector<int64_t>
PermuteChannelsPass::chooseRandomly(const ChannelClass &channels) {
  std::vector<int64_t> order(channels.size);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t begin = 0; begin < channels.size; begin += channels.block)
    for (int64_t index = channels.block - 1; index > 0; --index)
      std::swap(order[begin + index],
                order[begin + int64_t(random() % (index + 1))]);
  return order;
}

/// The order that keeps the most that is found, block by block.
std::vector<int64_t>
PermuteChannelsPass::chooseBest(const ChannelClass &channels,
                                ArrayRef<float> scores,
                                const pruning::NMPattern &nm) {
  std::vector<int64_t> order(channels.size);
  std::iota(order.begin(), order.end(), 0);
  // Groups that reach over the end of a block have no freedom.
  if (channels.block < channels.size && channels.block % nm.m != 0)
    return order;
  int64_t numRows = scores.size() / channels.size;
  std::vector<float> part(numRows * channels.block);
  for (int64_t begin = 0; begin < channels.size; begin += channels.block) {
    for (int64_t row = 0; row < numRows; ++row)
      llvm::copy(scores.slice(row * channels.size + begin, channels.block),
                 part.begin() + row * channels.block);
    std::vector<int64_t> found =
        pruning::findChannelOrder(part, numRows, channels.block, nm.n, nm.m,
                                  numRounds, getThreadPool(&getContext()));
    for (int64_t place = 0; place < channels.block; ++place)
      order[begin + place] = begin + found[place];
  }
  return order;
}

/// `up, gate`, for remarks.
static std::string listConsumers(const ChannelClass &channels) {
  std::string text;
  for (Operation *op : channels.consumers)
    text +=
        (text.empty() ? "'" : ", '") + cast<WeightOp>(op).getName().str() + "'";
  return text;
}

LogicalResult PermuteChannelsPass::permuteInputs(LinearOp linear,
                                                 WeightOp weight) {
  ChannelClass channels = ChannelClass::find(linear);
  if (channels.obstacle) {
    // Only this layer is known to be stopped: the walk may not have been whole.
    done.insert(weight);
    remark::missed(weight.getLoc(), getRemarkName())
        << ("input channels of '" + weight.getName() + "' stay in order: '" +
            channels.obstacle->getName().getStringRef() + "' stops it, " +
            channels.reason)
               .str();
    return success();
  }
  done.insert(channels.consumers.begin(), channels.consumers.end());
  pruning::NMPattern nm = getPattern(channels);
  int64_t numRows = 0;
  FailureOr<std::vector<float>> scores = getScores(channels, numRows);
  if (failed(scores))
    return failure();
  std::vector<int64_t> order =
      seed >= 0 ? chooseRandomly(channels) : chooseBest(channels, *scores, nm);
  std::vector<int64_t> identity(channels.size);
  std::iota(identity.begin(), identity.end(), 0);
  std::string consumers = listConsumers(channels);
  if (order == identity) {
    remark::missed(weight.getLoc(), getRemarkName())
        << llvm::formatv("input channels of {0} stay in order: no better order "
                         "was found for {1}:{2}",
                         consumers, nm.n, nm.m)
               .str();
    return success();
  }
  double all = std::accumulate(scores->begin(), scores->end(), 0.0);
  llvm::ThreadPoolInterface *pool = getThreadPool(&getContext());
  auto getKept = [&](ArrayRef<int64_t> of) {
    return pruning::getRetainedScore(*scores, numRows, channels.size, nm.n,
                                     nm.m, of, pool);
  };
  double before = getKept(identity), after = getKept(order);
  if (failed(permuteConstants(channels, order, replaced)))
    return failure();
  if (statistics)
    for (Operation *op : channels.consumers)
      statistics->permute(cast<WeightOp>(op).getName(), order);
  remark::passed(weight.getLoc(), getRemarkName())
      << llvm::formatv(
             "reordered the input channels of {0}{1}: {2}:{3} keeps "
             "{4:f2} % of the score, {5:f2} % before",
             consumers,
             channels.block < channels.size
                 ? llvm::formatv(" within blocks of {0}", channels.block).str()
                 : std::string(),
             nm.n, nm.m, 100 * after / all, 100 * before / all)
             .str();
  return success();
}

LogicalResult PermuteChannelsPass::run() {
  ModuleOp module = getOperation();
  done.clear();
  replaced.clear();
  FailureOr<NameFilter> targetFilter = makeFilter("targets", targets);
  FailureOr<NameFilter> ignoreFilter = makeFilter("ignore", ignore);
  if (failed(targetFilter) || failed(ignoreFilter))
    return failure();
  if (failed(readOptions()))
    return failure();
  SmallVector<std::pair<LinearOp, WeightOp>> layers;
  module.walk([&](LinearOp linear) {
    Value value = linear.getWeight();
    if (auto prune = value.getDefiningOp<PruneOp>())
      value = prune.getWeight();
    auto weight = value.getDefiningOp<WeightOp>();
    if (!weight || ignoreFilter->match(weight.getName()))
      return;
    if (targetFilter->empty() || targetFilter->match(weight.getName()))
      layers.emplace_back(linear, weight);
  });
  for (size_t index = 0; index < targetFilter->size(); ++index)
    if (!targetFilter->wasUsed(index))
      return mlir::emitError(module.getLoc())
             << "target '" << targetFilter->getText(index)
             << "' matches no weight";
  for (auto [linear, weight] : layers)
    if (!done.contains(weight) && failed(permuteInputs(linear, weight)))
      return failure();
  releaseUnused(module, replaced);
  if (!statistics)
    return success();
  if (llvm::Error error = statistics->write(statsOut))
    return mlir::emitError(module.getLoc()) << llvm::toString(std::move(error));
  return success();
}
