//===- ChoosePatterns.cpp - Patterns within a budget ------------ -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-choose-patterns.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Choose/Passes.h"

#include "BudgetRecord.h"

#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Requests.h"
#include "sparse-opt/Report/PruningRecord.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

#define DEBUG_TYPE "sparsity-choose-patterns"

namespace sparseopt {
#define GEN_PASS_DEF_CHOOSEPATTERNSPASS
#include "sparse-opt/Transforms/Choose/Passes.h.inc"
} // namespace sparseopt

namespace {

class ChoosePatternsPass
    : public sparseopt::impl::ChoosePatternsPassBase<ChoosePatternsPass> {
public:
  using ChoosePatternsPassBase::ChoosePatternsPassBase;

protected:
  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

private:
  LogicalResult run();
  FailureOr<SensitivityOptions> getOptions();
  FailureOr<Sensitivity> getSensitivity(ArrayRef<WeightOp> weights,
                                        const SensitivityOptions &options);
  FailureOr<std::vector<LayerRow>>
  measureOthers(ArrayRef<WeightOp> weights, const SensitivityOptions &options);
  LogicalResult addRequests(ArrayRef<WeightOp> weights,
                            const BudgetRecord &record);
};

} // namespace

FailureOr<SensitivityOptions> ChoosePatternsPass::getOptions() {
  FailureOr<MachineDescription> machine =
      loadMachine(getOperation(), targetCPU, machineFile);
  if (failed(machine))
    return failure();
  SensitivityOptions options;
  options.statistics = statistics;
  llvm::append_range(options.candidates, candidates);
  options.method = method;
  options.scope = scope;
  options.tokens = tokens;
  options.target = {*machine, threads, family};
  return options;
}

/// The rows of the layers, measured or read; in the order of `weights`.
FailureOr<Sensitivity>
ChoosePatternsPass::getSensitivity(ArrayRef<WeightOp> weights,
                                   const SensitivityOptions &options) {
  ModuleOp module = getOperation();
  if (sensitivity.empty())
    return measureSensitivity(module, weights, options);
  if (!statistics.empty() || !candidates.empty())
    return mlir::emitError(module.getLoc(),
                           "'sensitivity' holds what 'stats' and 'candidates' "
                           "are for; give one or the other");
  llvm::Expected<Sensitivity> read = readSensitivity(sensitivity);
  if (!read)
    return mlir::emitError(module.getLoc()) << llvm::toString(read.takeError());
  llvm::StringMap<const LayerRow *> rows;
  for (const LayerRow &row : read->layers)
    rows[row.weight] = &row;
  Sensitivity result{read->method, {}};
  for (WeightOp weight : weights) {
    const LayerRow *row = rows.lookup(weight.getName());
    if (!row)
      return mlir::emitError(weight.getLoc())
             << "weight '" << weight.getName() << "' is not in sensitivity '"
             << sensitivity << "'";
    ArrayRef<int64_t> shape = weight.getType().getShape();
    if (row->out != shape[0] || row->in != shape[1])
      return mlir::emitError(weight.getLoc())
             << "weight '" << weight.getName() << "' is " << shape[0] << "x"
             << shape[1] << ", but " << row->out << "x" << row->in
             << " in sensitivity '" << sensitivity << "'";
    result.layers.push_back(*row);
  }
  return result;
}

/// The weights of linears that no pattern is chosen for, as they are.
FailureOr<std::vector<LayerRow>>
ChoosePatternsPass::measureOthers(ArrayRef<WeightOp> weights,
                                  const SensitivityOptions &options) {
  llvm::DenseSet<Operation *> chosen;
  for (WeightOp weight : weights)
    chosen.insert(weight);
  std::vector<LayerRow> rows;
  WalkResult result = getOperation().walk([&](WeightOp weight) {
    if (chosen.contains(weight) || weight.getType().getRank() != 2 ||
        getLinears(weight).empty())
      return WalkResult::advance();
    FailureOr<LayerRow> row = measureDense(weight, options);
    if (failed(row))
      return WalkResult::interrupt();
    rows.push_back(std::move(*row));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return std::move(rows);
}

static void emitRemark(WeightOp weight, const LayerRow &layer,
                       const CandidateRow &row) {
  auto name = remark::RemarkOpts::name(DEBUG_TYPE).category("sparsity");
  double speedUp = double(layer.candidates.front().predictedNs) /
                   std::max<int64_t>(row.predictedNs, 1);
  if (row.candidate == "dense")
    remark::missed(weight.getLoc(), name)
        << ("weight '" + layer.weight +
            "' stays as it is: the budget is kept with less loss elsewhere");
  else
    remark::passed(weight.getLoc(), name)
        << llvm::formatv("weight '{0}' gets {1}: output error {2:e3}, "
                         "predicted {3:f2} times as fast",
                         layer.weight, row.candidate, row.error, speedUp)
               .str();
}

LogicalResult ChoosePatternsPass::addRequests(ArrayRef<WeightOp> weights,
                                              const BudgetRecord &record) {
  const Sensitivity &rows = record.sensitivity;
  for (size_t index = 0; index < weights.size(); ++index) {
    WeightOp weight = weights[index];
    const LayerRow &layer = rows.layers[index];
    const CandidateRow &row =
        layer.candidates[record.result.chosen.candidates[index]];
    emitRemark(weight, layer, row);
    if (row.candidate == "dense")
      continue;
    FailureOr<std::vector<Candidate>> candidate =
        parseCandidates(weight, row.candidate, rows.method, scope);
    if (failed(candidate))
      return failure();
    std::string obstacle;
    FailureOr<RequestAttrs> attrs =
        fitRequest(weight.getResult(), findWeightUses(weight.getResult()),
                   candidate->back().spec, obstacle);
    if (failed(attrs))
      return mlir::emitError(weight.getLoc())
             << "weight '" << layer.weight << "' cannot be " << row.candidate
             << ": " << obstacle;
    insertRequest(weight, *attrs);
  }
  return success();
}

LogicalResult ChoosePatternsPass::run() {
  ModuleOp module = getOperation();
  llvm::Expected<Budget> parsed = parseBudget(budget);
  if (!parsed)
    return mlir::emitError(module.getLoc())
           << llvm::toString(parsed.takeError());
  FailureOr<SensitivityOptions> options = getOptions();
  if (failed(options))
    return failure();
  FailureOr<std::vector<WeightOp>> weights =
      findLayers(module, targets, ignore);
  if (failed(weights))
    return failure();
  FailureOr<Sensitivity> rows = getSensitivity(*weights, *options);
  if (failed(rows))
    return failure();
  FailureOr<std::vector<LayerRow>> others = measureOthers(*weights, *options);
  if (failed(others))
    return failure();
  llvm::Expected<BudgetResult> result =
      keepBudget(*parsed, rows->layers, *others);
  if (!result)
    return mlir::emitError(module.getLoc())
           << llvm::toString(result.takeError());
  BudgetRecord record{*parsed, std::move(*result), std::move(*rows)};
  if (failed(addRequests(*weights, record)))
    return failure();
  module->setAttr(budgetRecordName, toAttr(&getContext(), record));
  if (printTable)
    sparseopt::printTable(record, llvm::errs());
  return success();
}
