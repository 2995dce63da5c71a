//===- VerifyPatterns.cpp - Check what weights claim ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-verify-patterns: checks the patterns that weights carry
// against their values.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Prune/Passes.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"
#include "sparse-opt/Pruning/PatternCheck.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_VERIFYPATTERNSPASS
#include "sparse-opt/Transforms/Prune/Passes.h.inc"
} // namespace sparseopt

/// Notes of a violation: the first group, and how many groups have how many
/// nonzeros.
static void attachNotes(InFlightDiagnostic &diag,
                        const pruning::PatternReport &report) {
  Diagnostic &first = diag.attachNote();
  first << "row " << report.first->row << ", group " << report.first->group
        << ", at [";
  llvm::interleaveComma(report.first->index, first);
  first << "]: ";
  std::string values;
  llvm::raw_string_ostream os(values);
  llvm::interleaveComma(report.first->values, os,
                        [&](double value) { os << llvm::format("%g", value); });
  first << values;
  Diagnostic &histogram = diag.attachNote();
  histogram << "groups by nonzeros: ";
  llvm::interleaveComma(report.histogram, histogram, [&](auto entry) {
    histogram << entry.second << " with " << entry.first;
  });
}

/// Checks one pattern of one weight.
static LogicalResult checkPattern(WeightOp weight, const WeightTensor &tensor,
                                  PatternAttrInterface pattern) {
  pruning::PatternReport report = pruning::checkPattern(
      tensor.ref(), toPattern(pattern), getThreadPool(weight.getContext()));
  if (!report.holds()) {
    InFlightDiagnostic diag = mlir::emitError(weight.getLoc())
                              << "weight '" << weight.getName() << "' violates "
                              << pattern << " in " << report.numViolations
                              << " of " << report.numGroups << " groups";
    attachNotes(diag, report);
    return failure();
  }
  std::string text;
  llvm::raw_string_ostream(text)
      << "weight '" << weight.getName() << "' has " << pattern << " in all "
      << report.numGroups << " groups";
  remark::analysis(
      weight.getLoc(),
      remark::RemarkOpts::name("verify-patterns").category("sparsity"))
      << text;
  return success();
}

namespace {

struct VerifyPatternsPass
    : public sparseopt::impl::VerifyPatternsPassBase<VerifyPatternsPass> {
  using VerifyPatternsPassBase::VerifyPatternsPassBase;

protected:
  void runOnOperation() override {
    if (failed(readOption()))
      return signalPassFailure();
    bool allHold = true;
    getOperation().walk(
        [&](WeightOp weight) { allHold &= succeeded(checkWeight(weight)); });
    if (!allHold)
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult readOption();
  LogicalResult checkWeight(WeightOp weight);

  /// The pattern of the option, without dim.
  NMAttr wanted;
};

} // namespace

LogicalResult VerifyPatternsPass::readOption() {
  if (pattern.empty())
    return success();
  auto emitAtOption = [&] { return getOperation().emitError("pattern: "); };
  llvm::Expected<pruning::Pattern> parsed = pruning::parsePattern(pattern, 0);
  if (!parsed)
    return emitAtOption() << llvm::toString(parsed.takeError());
  auto *nm = std::get_if<pruning::NMPattern>(&*parsed);
  if (!nm)
    return emitAtOption() << "only N:M patterns can be violated";
  wanted = NMAttr::getChecked(emitAtOption, &getContext(), nm->n, nm->m,
                              std::optional<int64_t>());
  return success(wanted != nullptr);
}

LogicalResult VerifyPatternsPass::checkWeight(WeightOp weight) {
  SmallVector<PatternAttrInterface> patterns;
  if (ArrayAttr claimed = weight.getPatternsAttr())
    llvm::append_range(patterns, claimed.getAsRange<PatternAttrInterface>());
  if (wanted) {
    WeightUses uses = findWeightUses(weight.getResult());
    if (uses.numContractions > 0 && !uses.contractionDim)
      return mlir::emitError(weight.getLoc())
             << "weight '" << weight.getName()
             << "' has no single contracted dim along which to check "
             << wanted;
    if (uses.contractionDim)
      patterns.push_back(wanted.withDefaultDim(*uses.contractionDim));
  }
  if (patterns.empty())
    return success();
  FailureOr<std::unique_ptr<WeightTensor>> tensor =
      WeightTensor::get(weight.getValue(), [&] {
        return mlir::emitError(weight.getLoc())
               << "weight '" << weight.getName() << "' ";
      });
  if (failed(tensor))
    return failure();
  bool allHold = true;
  for (PatternAttrInterface entry : patterns)
    allHold &= succeeded(checkPattern(weight, **tensor, entry));
  return success(allHold);
}
