//===- DetectPatterns.cpp - Recognise weights that are sparse already --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-detect-patterns: scans weights and attaches the patterns
// that their zeros have.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Import/Passes.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"
#include "sparse-opt/Pruning/Parallel.h"
#include "sparse-opt/Pruning/PatternCheck.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_DETECTPATTERNSPASS
#include "sparse-opt/Transforms/Import/Passes.h.inc"
} // namespace sparseopt

namespace {

/// One weight and what the scan found.
struct Scan {
  WeightOp weight;
  std::unique_ptr<WeightTensor> tensor;
  pruning::DetectOptions options;
  std::vector<pruning::Pattern> patterns;
  int64_t numNonzeros = 0;
};

struct DetectPatternsPass
    : public sparseopt::impl::DetectPatternsPassBase<DetectPatternsPass> {
  using DetectPatternsPassBase::DetectPatternsPassBase;

protected:
  void runOnOperation() override;

private:
  FailureOr<Scan> prepare(WeightOp weight);
};

} // namespace

FailureOr<Scan> DetectPatternsPass::prepare(WeightOp weight) {
  FailureOr<std::unique_ptr<WeightTensor>> tensor =
      WeightTensor::get(weight.getValue(), [&] {
        return mlir::emitError(weight.getLoc())
               << "weight '" << weight.getName() << "' ";
      });
  if (failed(tensor))
    return failure();
  Scan scan;
  scan.weight = weight;
  scan.tensor = std::move(*tensor);
  int64_t lastDim = std::max<int64_t>(0, weight.getType().getRank() - 1);
  scan.options.dim =
      findWeightUses(weight.getResult()).contractionDim.value_or(lastDim);
  scan.options.maxDensity = 1.0 - minSparsity;
  return std::move(scan);
}

/// Attaches what was found and says so.
static void attach(Scan &scan) {
  WeightOp weight = scan.weight;
  ArrayAttr patterns = weight.getPatternsAttr();
  for (const pruning::Pattern &pattern : scan.patterns)
    patterns = addPattern(patterns, toAttr(weight.getContext(), pattern),
                          weight.getType().getShape());
  if (patterns)
    weight.setPatternsAttr(patterns);
  int64_t size = weight.getType().getNumElements();
  double sparsity =
      size == 0 ? 0.0 : 1.0 - double(scan.numNonzeros) / double(size);
  auto options =
      remark::RemarkOpts::name("detect-patterns").category("sparsity");
  std::string name = ("weight '" + weight.getName() + "'").str();
  std::string percent = llvm::formatv("{0:F1} % zeros", sparsity * 100);
  if (scan.patterns.empty()) {
    remark::missed(weight.getLoc(), options)
        << (name + " is dense: " + percent);
    return;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  os << name << " has ";
  llvm::interleaveComma(scan.patterns, os,
                        [&](const pruning::Pattern &pattern) {
                          os << toAttr(weight.getContext(), pattern);
                        });
  os << ": " << percent;
  remark::passed(weight.getLoc(), options) << text;
}

void DetectPatternsPass::runOnOperation() {
  if (!(minSparsity >= 0.0 && minSparsity <= 1.0)) {
    getOperation().emitError("min-sparsity has to be between 0 and 1");
    return signalPassFailure();
  }
  std::vector<Scan> scans;
  WalkResult walk = getOperation().walk([&](WeightOp weight) {
    FailureOr<Scan> scan = prepare(weight);
    if (failed(scan))
      return WalkResult::interrupt();
    scans.push_back(std::move(*scan));
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return signalPassFailure();
  llvm::ThreadPoolInterface *pool = getThreadPool(&getContext());
  pruning::parallelFor(pool, scans.size(), [&](int64_t index) {
    Scan &scan = scans[index];
    scan.numNonzeros = pruning::countNonzeros(scan.tensor->ref(), pool);
    scan.patterns =
        pruning::detectPatterns(scan.tensor->ref(), scan.options, pool);
  });
  for (Scan &scan : scans)
    attach(scan);
}
