//===- Instrument.cpp - Observe the inputs of linear layers -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-instrument: chooses the weights, groups them by the
// activations that they read, and places one observer per activation.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Calibrate/Passes.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/NameFilter.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"

#define DEBUG_TYPE "sparsity-instrument"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_INSTRUMENTPASS
#include "sparse-opt/Transforms/Calibrate/Passes.h.inc"
} // namespace sparseopt

namespace {

/// A weight that is calibrated, and the layers that use it, in program order.
struct Observed {
  WeightOp weight;
  SmallVector<LinearOp> layers;
  bool needsGram = false;
};

/// What the prune requests on a weight ask for.
struct Demand {
  bool hasRequest = false;
  bool needsStatistics = false;
  bool needsGram = false;
};

/// The instrumentation of one module.
class Instrumentation {
public:
  Instrumentation(ModuleOp module, bool gram) : module(module), gram(gram) {}

  LogicalResult readFilters(ArrayRef<std::string> targets,
                            ArrayRef<std::string> ignore);
  LogicalResult run();

private:
  LogicalResult readFilter(ArrayRef<std::string> texts, StringRef what,
                           NameFilter &filter);
  LogicalResult reportUnused();
  bool isWanted(WeightOp weight, const Demand &demand, bool anyRequest);
  LogicalResult collect(WeightOp weight, const Demand &demand);
  void placeObservers();

  ModuleOp module;
  bool gram;
  NameFilter targetFilter;
  NameFilter ignoreFilter;
  SmallVector<Observed> observed;
};

struct Instrument : public sparseopt::impl::InstrumentPassBase<Instrument> {
  using InstrumentPassBase::InstrumentPassBase;

protected:
  void runOnOperation() override {
    Instrumentation instrumentation(getOperation(), gram);
    if (failed(instrumentation.readFilters(targets, ignore)) ||
        failed(instrumentation.run()))
      signalPassFailure();
  }
};

} // namespace

LogicalResult Instrumentation::readFilter(ArrayRef<std::string> texts,
                                          StringRef what, NameFilter &filter) {
  for (const std::string &text : texts)
    if (llvm::Error error = filter.add(text))
      return module.emitError() << what << " '" << text
                                << "': " << llvm::toString(std::move(error));
  return success();
}

LogicalResult Instrumentation::reportUnused() {
  bool allUsed = true;
  for (size_t index = 0; index < targetFilter.size(); ++index)
    if (!targetFilter.wasUsed(index)) {
      module.emitError() << "target '" << targetFilter.getText(index)
                         << "' matches no weight";
      allUsed = false;
    }
  for (size_t index = 0; index < ignoreFilter.size(); ++index)
    if (!ignoreFilter.wasUsed(index))
      module.emitWarning() << "ignore '" << ignoreFilter.getText(index)
                           << "' matches no weight";
  return success(allUsed);
}

/// What the requests in the chain of prunes on `weight` need.
static Demand getDemand(WeightOp weight) {
  Demand demand;
  SmallVector<Value> worklist{weight.getResult()};
  while (!worklist.empty())
    for (Operation *user : worklist.pop_back_val().getUsers())
      if (auto prune = dyn_cast<PruneOp>(user)) {
        demand.hasRequest = true;
        demand.needsStatistics |= prune.getMethod().needsStatistics();
        demand.needsGram |= prune.getMethod().needsGram();
        worklist.push_back(prune.getResult());
      }
  return demand;
}

bool Instrumentation::isWanted(WeightOp weight, const Demand &demand,
                               bool anyRequest) {
  bool isTarget = targetFilter.match(weight.getName()).has_value();
  bool isIgnored = ignoreFilter.match(weight.getName()).has_value();
  if (isIgnored)
    return false;
  if (!targetFilter.empty())
    return isTarget;
  return anyRequest ? demand.needsStatistics : true;
}

/// Finds the layers of a wanted weight.
LogicalResult Instrumentation::collect(WeightOp weight, const Demand &demand) {
  Observed entry{weight, {}, gram || demand.needsGram};
  for (Operation *user : weight.getResult().getUsers())
    if (auto linear = dyn_cast<LinearOp>(user))
      if (linear.getWeight() == weight.getResult())
        entry.layers.push_back(linear);
  // Uses come in no particular order.
  llvm::sort(entry.layers, [](LinearOp lhs, LinearOp rhs) {
    return lhs->getBlock() == rhs->getBlock() && lhs->isBeforeInBlock(rhs);
  });
  int64_t numContractions = findWeightUses(weight.getResult()).numContractions;
  bool isAskedFor = !targetFilter.empty() || demand.needsStatistics;
  if (!entry.layers.empty() &&
      int64_t(entry.layers.size()) == numContractions) {
    observed.push_back(std::move(entry));
    return success();
  }
  if (numContractions == 0)
    return success();
  std::string sentence = ("weight '" + weight.getName() +
                          "' is used by a contraction that is no "
                          "sparsity.linear; its input cannot "
                          "be observed")
                             .str();
  if (isAskedFor)
    return mlir::emitError(weight.getLoc()) << sentence;
  remark::missed(weight.getLoc(),
                 remark::RemarkOpts::name("instrument").category("sparsity"))
      << sentence;
  return success();
}

/// Weights whose layers read the same activations in the same blocks share the
/// observers.
void Instrumentation::placeObservers() {
  llvm::MapVector<ArrayRef<const void *>, SmallVector<Observed *>> groups;
  std::vector<SmallVector<const void *>> keys(observed.size());
  for (auto [entry, key] : llvm::zip_equal(observed, keys)) {
    for (LinearOp layer : entry.layers) {
      key.push_back(layer.getInput().getAsOpaquePointer());
      key.push_back(layer->getBlock());
    }
    groups[key].push_back(&entry);
  }
  for (auto &[key, members] : groups) {
    Observed &first = *members.front();
    SmallVector<StringRef> aliases;
    bool needsGram = false;
    for (Observed *member : members) {
      needsGram |= member->needsGram;
      if (member != &first)
        aliases.push_back(member->weight.getName());
    }
    for (LinearOp layer : first.layers) {
      OpBuilder builder(layer);
      ObserveOp::create(
          builder, layer.getLoc(), layer.getInput(), first.weight.getNameAttr(),
          aliases.empty() ? ArrayAttr() : builder.getStrArrayAttr(aliases),
          needsGram ? builder.getUnitAttr() : UnitAttr(),
          /*number=*/IntegerAttr());
    }
  }
}

LogicalResult Instrumentation::readFilters(ArrayRef<std::string> targets,
                                           ArrayRef<std::string> ignore) {
  return success(succeeded(readFilter(targets, "target", targetFilter)) &&
                 succeeded(readFilter(ignore, "ignore", ignoreFilter)));
}

LogicalResult Instrumentation::run() {
  SmallVector<std::pair<WeightOp, Demand>> weights;
  bool anyRequest = false;
  module.walk([&](WeightOp weight) {
    weights.push_back({weight, getDemand(weight)});
    anyRequest |= weights.back().second.hasRequest;
  });
  module.walk([](PruneOp prune) {
    prune.getResult().replaceAllUsesWith(prune.getWeight());
    prune.erase();
  });
  bool allFine = true;
  for (auto &[weight, demand] : weights)
    if (isWanted(weight, demand, anyRequest))
      allFine &= succeeded(collect(weight, demand));
  allFine &= succeeded(reportUnused());
  if (allFine)
    placeObservers();
  return success(allFine);
}
