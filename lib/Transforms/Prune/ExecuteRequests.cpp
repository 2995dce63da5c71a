//===- ExecuteRequests.cpp - Execution of prune requests --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collects the requests whose weights are known, prunes all of them in
// parallel, and replaces them; then does the same for requests on the results.
//
//===----------------------------------------------------------------------===//

#include "ExecuteRequests.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"
#include "sparse-opt/Pruning/Parallel.h"
#include "sparse-opt/Pruning/PatternCheck.h"
#include "sparse-opt/Pruning/Statistics.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

#define DEBUG_TYPE "sparsity-prune"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace {

/// The work for one weight and one request. Requests that ask the same of the
/// same values share it.
struct Job {
  WeightOp weight;
  PatternAttrInterface pattern;
  pruning::PruneRequest request;
  std::unique_ptr<WeightTensor> source;

  /// Where the pruned bytes go: a new resource, or a buffer for values that were
  /// inline.
  DenseResourceElementsAttr resource;
  std::vector<char> buffer;
  MutableArrayRef<char> target;

  pruning::PruneStatistics statistics;
  std::optional<int64_t> nonFinite;
  bool patternHolds = true;

  bool isGlobal() const {
    auto *magnitude = std::get_if<pruning::MagnitudeMethod>(&request.method);
    return magnitude && magnitude->scope == pruning::Scope::Global &&
           !std::holds_alternative<pruning::NMPattern>(request.pattern);
  }
};

/// What tells jobs apart: values, pattern, method and sparsity.
using JobKey = std::tuple<Attribute, Attribute, Attribute, Attribute>;

/// Executes the requests that stand directly on weights.
class Round {
public:
  explicit Round(ModuleOp module)
      : module(module), pool(getThreadPool(module.getContext())) {}

  LogicalResult collect(ArrayRef<PruneOp> ops);
  LogicalResult prune();
  /// Appends the values that were replaced to `replaced`.
  void replace(SmallVectorImpl<ElementsAttr> &replaced);

private:
  LogicalResult addRequest(PruneOp op);
  FailureOr<PatternAttrInterface> resolvePattern(PruneOp op, WeightOp weight);
  void runAlone(Job &job);
  void runTogether(ArrayRef<Job *> group);
  void finish(Job &job, const pruning::Mask &mask);
  LogicalResult reportErrors();
  WeightOp makeWeight(WeightOp source, Job &job);
  std::string chooseName(WeightOp source);

  ModuleOp module;
  llvm::ThreadPoolInterface *pool;
  llvm::MapVector<JobKey, std::unique_ptr<Job>> jobs;
  SmallVector<std::pair<PruneOp, Job *>> requests;
  llvm::StringSet<> takenNames;
};

} // namespace

//===----------------------------------------------------------------------===//
// Collection
//===----------------------------------------------------------------------===//

FailureOr<PatternAttrInterface> Round::resolvePattern(PruneOp op,
                                                      WeightOp weight) {
  PatternAttrInterface pattern = op.getPattern();
  auto nm = dyn_cast<NMAttr>(pattern);
  if (!nm || nm.getDim())
    return pattern;
  WeightUses uses = findWeightUses(op.getResult());
  if (!uses.contractionDim)
    return op.emitOpError()
           << "pattern " << pattern << " needs a dim: "
           << (uses.numContractions == 0
                   ? "no contraction uses weight '"
                   : "there is not one dim that all uses contract of weight '")
           << weight.getName() << "'";
  return pattern.withDefaultDim(*uses.contractionDim);
}

LogicalResult Round::addRequest(PruneOp op) {
  auto weight = op.getWeight().getDefiningOp<WeightOp>();
  FailureOr<PatternAttrInterface> pattern = resolvePattern(op, weight);
  if (failed(pattern))
    return failure();
  FloatAttr sparsity = op.getSparsityAttr();
  std::unique_ptr<Job> &job =
      jobs[{weight.getValue(), *pattern, op.getMethod(), sparsity}];
  if (job) {
    requests.emplace_back(op, job.get());
    return success();
  }
  std::optional<pruning::PruneRequest> request =
      toRequest(*pattern, op.getMethod(), sparsity);
  if (!request)
    return op.emitOpError()
           << "method " << op.getMethod() << " cannot be executed";
  RankedTensorType type = weight.getType();
  if (llvm::Error error = pruning::verifyRequest(*request, type.getShape()))
    return op.emitOpError(llvm::toString(std::move(error)));
  FailureOr<std::unique_ptr<WeightTensor>> source =
      WeightTensor::get(weight.getValue(), [&] {
        return mlir::emitError(weight.getLoc())
               << "weight '" << weight.getName() << "' ";
      });
  if (failed(source))
    return failure();
  job = std::make_unique<Job>();
  job->weight = weight;
  job->pattern = *pattern;
  job->request = *request;
  job->source = std::move(*source);
  requests.emplace_back(op, job.get());
  return success();
}

LogicalResult Round::collect(ArrayRef<PruneOp> ops) {
  for (PruneOp op : ops)
    if (failed(addRequest(op)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Pruning
//===----------------------------------------------------------------------===//

void Round::finish(Job &job, const pruning::Mask &mask) {
  pruning::TensorRef source = job.source->ref();
  job.statistics = pruning::computeStatistics(source, mask, pool);
  ArrayRef<char> bytes = job.source->getBytes();
  if (!bytes.empty())
    std::memcpy(job.target.data(), bytes.data(), bytes.size());
  pruning::MutableTensorRef target{job.target.data(), source.shape,
                                   source.type};
  pruning::applyMask(target, mask, pool);
  job.patternHolds =
      pruning::checkPattern(target, job.request.pattern, pool).holds();
}

void Round::runAlone(Job &job) {
  job.nonFinite = pruning::findNonFinite(job.source->ref(), pool);
  if (job.nonFinite)
    return;
  finish(job, llvm::cantFail(
                  pruning::chooseMasks(job.source->ref(), job.request, pool))
                  .front());
}

void Round::runTogether(ArrayRef<Job *> group) {
  std::vector<pruning::TensorRef> weights;
  bool allFinite = true;
  for (Job *job : group) {
    weights.push_back(job->source->ref());
    job->nonFinite = pruning::findNonFinite(weights.back(), pool);
    allFinite &= !job->nonFinite;
  }
  if (!allFinite)
    return;
  std::vector<pruning::Mask> masks = llvm::cantFail(
      pruning::chooseMasks(weights, group.front()->request, pool));
  pruning::parallelFor(pool, group.size(), [&](int64_t index) {
    finish(*group[index], masks[index]);
  });
}

LogicalResult Round::prune() {
  SmallVector<Job *> alone;
  llvm::MapVector<JobKey, SmallVector<Job *>> together;
  for (auto &[key, job] : jobs) {
    // Resources are made in order, since their names depend on it.
    if (isa<DenseResourceElementsAttr>(job->weight.getValue())) {
      job->resource = allocateResource(job->weight.getType(),
                                       job->weight.getName(), job->target);
    } else {
      job->buffer.resize(job->source->getBytes().size());
      job->target = job->buffer;
    }
    if (job->isGlobal())
      together[{Attribute(), std::get<1>(key), std::get<2>(key),
                std::get<3>(key)}]
          .push_back(job.get());
    else
      alone.push_back(job.get());
  }
  pruning::parallelFor(pool, alone.size(),
                       [&](int64_t index) { runAlone(*alone[index]); });
  for (auto &entry : together)
    runTogether(entry.second);
  return reportErrors();
}

/// `nan`, `inf`, `-inf` or a number.
static std::string toText(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

LogicalResult Round::reportErrors() {
  bool allFine = true;
  for (auto &entry : jobs) {
    Job &job = *entry.second;
    if (job.nonFinite) {
      InFlightDiagnostic diag = mlir::emitError(job.weight.getLoc());
      diag << "weight '" << job.weight.getName() << "' holds "
           << toText(pruning::getElement(job.source->ref(), *job.nonFinite))
           << " at [";
      llvm::interleaveComma(
          pruning::delinearize(*job.nonFinite, job.source->ref().shape), diag);
      diag << "]; a weight with NaN or infinity cannot be pruned";
      allFine = false;
    } else if (!job.patternHolds) {
      mlir::emitError(job.weight.getLoc())
          << "weight '" << job.weight.getName() << "' was not pruned to "
          << job.pattern;
      allFine = false;
    }
  }
  if (allFine)
    return success();
  for (auto &entry : jobs)
    if (entry.second->resource)
      releaseResource(entry.second->resource);
  return failure();
}

//===----------------------------------------------------------------------===//
// Replacement
//===----------------------------------------------------------------------===//

/// The name of the weight, or a new one if somebody goes on using the weight.
std::string Round::chooseName(WeightOp source) {
  std::string name = source.getName().str();
  if (llvm::all_of(source->getUsers(), llvm::IsaPred<PruneOp>))
    return name;
  std::string unique = name + ".pruned";
  for (unsigned suffix = 1; !takenNames.insert(unique).second; ++suffix)
    unique = (name + ".pruned." + Twine(suffix)).str();
  return unique;
}

WeightOp Round::makeWeight(WeightOp source, Job &job) {
  RankedTensorType type = source.getType();
  ElementsAttr value = job.resource;
  if (!value)
    value = DenseElementsAttr::getFromRawBuffer(type, job.target);
  ArrayAttr patterns =
      addPattern(source.getPatternsAttr(), job.pattern, type.getShape());
  OpBuilder builder(source);
  return WeightOp::create(builder, source.getLoc(), chooseName(source), value,
                          patterns);
}

/// Percentage of `fraction` with one digit.
static std::string percent(double fraction) {
  return llvm::formatv("{0:F1} %", fraction * 100).str();
}

static void emitRemark(WeightOp weight, const Job &job) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "pruned weight '" << weight.getName() << "' to " << job.pattern << ": "
     << percent(job.statistics.getSparsity()) << " zeros, "
     << percent(job.statistics.getRetainedNorm()) << " of the norm kept";
  remark::passed(weight.getLoc(),
                 remark::RemarkOpts::name("prune").category("sparsity"))
      << text;
}

void Round::replace(SmallVectorImpl<ElementsAttr> &replaced) {
  module.walk([&](WeightOp weight) { takenNames.insert(weight.getName()); });
  llvm::DenseMap<std::pair<Operation *, Job *>, WeightOp> made;
  llvm::SetVector<Operation *> sources;
  for (auto [op, job] : requests) {
    auto source = op.getWeight().getDefiningOp<WeightOp>();
    sources.insert(source);
    WeightOp &weight = made[{source, job}];
    if (!weight) {
      weight = makeWeight(source, *job);
      emitRemark(weight, *job);
    }
    op.getResult().replaceAllUsesWith(weight.getResult());
  }
  for (auto [op, job] : requests)
    op.erase();
  for (Operation *source : sources) {
    if (!source->use_empty())
      continue;
    replaced.push_back(cast<WeightOp>(source).getValue());
    source->erase();
  }
}

LogicalResult sparseopt::executeRequests(ModuleOp module) {
  SmallVector<ElementsAttr> replaced;
  while (true) {
    SmallVector<PruneOp> ready, waiting;
    module.walk([&](PruneOp op) {
      bool isReady = op.getWeight().getDefiningOp<WeightOp>() != nullptr;
      (isReady ? ready : waiting).push_back(op);
    });
    if (ready.empty()) {
      for (PruneOp op : waiting)
        op.emitOpError("prunes a value that is no sparsity.weight");
      if (!waiting.empty())
        return failure();
      break;
    }
    Round round(module);
    if (failed(round.collect(ready)) || failed(round.prune()))
      return failure();
    round.replace(replaced);
  }
  releaseUnused(module, replaced);
  return success();
}
