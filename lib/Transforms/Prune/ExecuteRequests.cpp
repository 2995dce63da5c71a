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

#include "CalibratedWork.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"
#include "sparse-opt/Pruning/OutputEnergy.h"
#include "sparse-opt/Pruning/Parallel.h"
#include "sparse-opt/Pruning/PatternCheck.h"
#include "sparse-opt/Pruning/Statistics.h"
#include "sparse-opt/Report/PruningRecord.h"

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
  /// Instead of `request`, for methods that read statistics.
  std::optional<CalibratedWork> calibrated;
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
    if (calibrated)
      return false;
    auto *magnitude = std::get_if<pruning::MagnitudeMethod>(&request.method);
    return magnitude && magnitude->scope == pruning::Scope::Global &&
           !std::holds_alternative<pruning::NMPattern>(request.pattern);
  }
};

/// What tells jobs apart: values, pattern, method, sparsity, and the name of the
/// statistics for methods that read them.
using JobKey =
    std::tuple<Attribute, Attribute, Attribute, Attribute, Attribute>;

/// Executes the requests that stand directly on weights.
class Round {
public:
  Round(ModuleOp module, const StatisticsFile *statistics, bool record)
      : module(module), statistics(statistics), record(record),
        pool(getThreadPool(module.getContext())) {}

  LogicalResult collect(ArrayRef<PruneOp> ops);
  LogicalResult prune();
  /// Appends the values that were replaced to `replaced`.
  void replace(SmallVectorImpl<ElementsAttr> &replaced);

private:
  LogicalResult addRequest(PruneOp op);
  FailureOr<PatternAttrInterface> resolvePattern(PruneOp op, WeightOp weight);
  LogicalResult prepareMethod(Job &job, PruneOp op);
  void allocateTargets();
  void runAlone(Job &job);
  void runCalibrated(ArrayRef<Job *> group);
  void runTogether(ArrayRef<Job *> group);
  void finish(Job &job, const pruning::Mask &mask);
  LogicalResult reportErrors();
  WeightOp makeWeight(WeightOp source, Job &job);
  void addRecord(WeightOp weight, PruneOp op, Job &job);
  std::optional<double> measureError(WeightOp weight, PruneOp op, Job &job);
  std::string chooseName(WeightOp source);

  ModuleOp module;
  const StatisticsFile *statistics;
  bool record;
  std::vector<PruningRecord> records;
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
  Attribute inputs;
  if (op.getMethod().needsStatistics() && statistics)
    inputs =
        StringAttr::get(op.getContext(), statistics->resolve(weight.getName()));
  std::unique_ptr<Job> &job = jobs[{weight.getValue(), *pattern, op.getMethod(),
                                    op.getSparsityAttr(), inputs}];
  if (job) {
    requests.emplace_back(op, job.get());
    return success();
  }
  job = std::make_unique<Job>();
  job->weight = weight;
  job->pattern = *pattern;
  if (failed(prepareMethod(*job, op)))
    return failure();
  FailureOr<std::unique_ptr<WeightTensor>> source =
      WeightTensor::get(weight.getValue(), [&] {
        return mlir::emitError(weight.getLoc())
               << "weight '" << weight.getName() << "' ";
      });
  if (failed(source))
    return failure();
  job->source = std::move(*source);
  requests.emplace_back(op, job.get());
  return success();
}

/// Finds the numerics for the job's method and checks that they fit the weight.
LogicalResult Round::prepareMethod(Job &job, PruneOp op) {
  if (op.getMethod().needsStatistics()) {
    FailureOr<CalibratedWork> work =
        CalibratedWork::get(op, job.weight, job.pattern, statistics);
    if (failed(work))
      return failure();
    job.calibrated = std::move(*work);
    job.request.pattern = job.calibrated->request.pattern;
    return success();
  }
  std::optional<pruning::PruneRequest> request =
      toRequest(job.pattern, op.getMethod(), op.getSparsityAttr());
  if (!request)
    return op.emitOpError()
           << "method " << op.getMethod() << " cannot be executed";
  if (llvm::Error error =
          pruning::verifyRequest(*request, job.weight.getType().getShape()))
    return op.emitOpError(llvm::toString(std::move(error)));
  job.request = *request;
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

/// Bytes of Gram matrices up to which layers are pruned side by side. Larger ones
/// go one by one, each with all threads: each needs a factor of its own.
static constexpr size_t maxGramBytesSideBySide = size_t(1) << 25;

void Round::runCalibrated(ArrayRef<Job *> group) {
  auto runJob = [&](Job &job) {
    pruning::TensorRef source = job.source->ref();
    job.nonFinite = pruning::findNonFinite(source, pool);
    if (job.nonFinite)
      return;
    pruning::MutableTensorRef target{job.target.data(), source.shape,
                                     source.type};
    job.calibrated->run(source, target, pool);
    if (!job.calibrated->error.empty())
      return;
    job.statistics =
        pruning::computeStatistics(source, job.calibrated->mask, pool);
    job.calibrated->mask = pruning::Mask();
    job.patternHolds =
        pruning::checkPattern(target, job.request.pattern, pool).holds();
  };
  SmallVector<Job *> sideBySide;
  for (Job *job : group) {
    size_t numGramBytes =
        job->calibrated->statistics.gram.size() * sizeof(double);
    if (numGramBytes <= maxGramBytesSideBySide)
      sideBySide.push_back(job);
    else
      runJob(*job);
  }
  pruning::parallelFor(pool, sideBySide.size(),
                       [&](int64_t index) { runJob(*sideBySide[index]); });
}

void Round::allocateTargets() {
  for (auto &[key, job] : jobs) {
    // Resources are made in order, since their names depend on it.
    if (isa<DenseResourceElementsAttr>(job->weight.getValue())) {
      job->resource = allocateResource(job->weight.getType(),
                                       job->weight.getName(), job->target);
    } else {
      job->buffer.resize(job->source->getBytes().size());
      job->target = job->buffer;
    }
  }
}

LogicalResult Round::prune() {
  allocateTargets();
  SmallVector<Job *> alone, calibrated;
  llvm::MapVector<JobKey, SmallVector<Job *>> together;
  for (auto &[key, job] : jobs) {
    if (job->calibrated)
      calibrated.push_back(job.get());
    else if (job->isGlobal())
      together[{Attribute(), std::get<1>(key), std::get<2>(key),
                std::get<3>(key), Attribute()}]
          .push_back(job.get());
    else
      alone.push_back(job.get());
  }
  pruning::parallelFor(pool, alone.size(),
                       [&](int64_t index) { runAlone(*alone[index]); });
  for (auto &entry : together)
    runTogether(entry.second);
  runCalibrated(calibrated);
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
    } else if (job.calibrated && !job.calibrated->error.empty()) {
      mlir::emitError(job.weight.getLoc()) << "weight '" << job.weight.getName()
                                           << "': " << job.calibrated->error;
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

/// Says that a Gram matrix had to be damped more than asked.
static void warnOfDamping(WeightOp weight, const Job &job) {
  if (!job.calibrated || !job.calibrated->damping)
    return;
  double asked = *job.calibrated->getAskedDamping();
  if (*job.calibrated->damping > asked)
    mlir::emitWarning(weight.getLoc())
        << "weight '" << weight.getName()
        << "': the Gram matrix of its inputs has no Cholesky factor at damping "
        << toText(asked) << "; damped by " << toText(*job.calibrated->damping);
}

static void emitRemark(WeightOp weight, const Job &job) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "pruned weight '" << weight.getName() << "' to " << job.pattern << ": "
     << percent(job.statistics.getSparsity()) << " zeros, "
     << percent(job.statistics.getRetainedNorm()) << " of the norm kept";
  if (job.calibrated && job.calibrated->outputError)
    os << ", output error " << toText(*job.calibrated->outputError);
  remark::passed(weight.getLoc(),
                 remark::RemarkOpts::name("prune").category("sparsity"))
      << text;
}

/// The error of the layer's output, where the statistics say what it reads.
std::optional<double> Round::measureError(WeightOp weight, PruneOp op,
                                          Job &job) {
  if (job.calibrated && job.calibrated->outputError)
    return job.calibrated->outputError;
  pruning::TensorRef before = job.source->ref();
  if (!statistics || before.shape.size() != 2 ||
      findWeightUses(op.getResult()).contractionDim != 1)
    return std::nullopt;
  llvm::Expected<pruning::CalibrationStatistics> found =
      statistics->lookup(weight.getName(), before.shape[1]);
  if (!found) {
    // No method needs them here, or it would have failed before.
    llvm::consumeError(found.takeError());
    return std::nullopt;
  }
  if (!found->hasGram())
    return std::nullopt;
  if (llvm::Error error = pruning::verifyStatistics(*found, before.shape[1],
                                                    /*needsGram=*/true)) {
    mlir::emitWarning(weight.getLoc())
        << "weight '" << weight.getName()
        << "' gets no output error: " << llvm::toString(std::move(error));
    return std::nullopt;
  }
  pruning::TensorRef after{job.target.data(), before.shape, before.type};
  return pruning::getRelativeError(
      pruning::computeLostEnergy(before, after, found->gram, pool),
      pruning::computeOutputEnergy(before, found->gram, pool));
}

void Round::addRecord(WeightOp weight, PruneOp op, Job &job) {
  PatternAttrInterface pattern = job.pattern;
  records.push_back(
      {weight.getName().str(), pattern.getSpelling(),
       op.getMethod().getMethodName().str(), 1 - job.statistics.getSparsity(),
       job.statistics.getRetainedNorm(), measureError(weight, op, job)});
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
      warnOfDamping(weight, *job);
      emitRemark(weight, *job);
      if (record)
        addRecord(weight, op, *job);
    }
    op.getResult().replaceAllUsesWith(weight.getResult());
  }
  if (record)
    addPruningRecords(module, records);
  for (auto [op, job] : requests)
    op.erase();
  for (Operation *source : sources) {
    if (!source->use_empty())
      continue;
    replaced.push_back(cast<WeightOp>(source).getValue());
    source->erase();
  }
}

LogicalResult sparseopt::executeRequests(ModuleOp module,
                                         const StatisticsFile *statistics,
                                         bool record) {
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
    Round round(module, statistics, record);
    if (failed(round.collect(ready)) || failed(round.prune()))
      return failure();
    round.replace(replaced);
  }
  releaseUnused(module, replaced);
  return success();
}
