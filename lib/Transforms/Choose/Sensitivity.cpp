//===- Sensitivity.cpp - Measure what patterns do to layers ----- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-sensitivity.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Choose/Passes.h"

#include "MeasureSensitivity.h"

#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

#define DEBUG_TYPE "sparsity-sensitivity"

namespace sparseopt {
#define GEN_PASS_DEF_SENSITIVITYPASS
#include "sparse-opt/Transforms/Choose/Passes.h.inc"
} // namespace sparseopt

namespace {

class SensitivityPass
    : public sparseopt::impl::SensitivityPassBase<SensitivityPass> {
public:
  using SensitivityPassBase::SensitivityPassBase;

protected:
  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(run()))
      signalPassFailure();
  }

private:
  LogicalResult run();
  LogicalResult write(const Sensitivity &sensitivity);
};

} // namespace

/// What was measured, for people.
static void emitRemark(WeightOp weight, const LayerRow &layer) {
  std::string text = "weight '" + layer.weight + "' loses";
  StringRef separator = " ";
  for (const CandidateRow &row : ArrayRef(layer.candidates).drop_front()) {
    text += separator;
    if (row.obstacle.empty())
      text += llvm::formatv("{0:e3} as {1}", row.error, row.candidate);
    else
      text += llvm::formatv("cannot be {0} ({1})", row.candidate, row.obstacle);
    separator = ", ";
  }
  remark::analysis(weight.getLoc(),
                   remark::RemarkOpts::name(DEBUG_TYPE).category("sparsity"))
      << text;
}

LogicalResult SensitivityPass::write(const Sensitivity &sensitivity) {
  auto print = [&](raw_ostream &os) {
    os << llvm::formatv("{0:2}\n", llvm::json::Value(toJSON(sensitivity)));
    return llvm::Error::success();
  };
  if (file == "-") {
    llvm::cantFail(print(llvm::outs()));
    return success();
  }
  if (llvm::Error error = llvm::writeToOutput(file, print))
    return mlir::emitError(getOperation().getLoc())
           << "cannot write sensitivity '" << file
           << "': " << llvm::toString(std::move(error));
  return success();
}

LogicalResult SensitivityPass::run() {
  ModuleOp module = getOperation();
  FailureOr<MachineDescription> machine =
      loadMachine(module, targetCPU, machineFile);
  if (failed(machine))
    return failure();
  SensitivityOptions options;
  options.statistics = statistics;
  llvm::append_range(options.candidates, candidates);
  options.method = method;
  options.scope = scope;
  options.tokens = tokens;
  options.target = {*machine, threads, family};
  FailureOr<std::vector<WeightOp>> weights =
      findLayers(module, targets, ignore);
  if (failed(weights))
    return failure();
  FailureOr<Sensitivity> sensitivity =
      measureSensitivity(module, *weights, options);
  if (failed(sensitivity))
    return failure();
  for (auto [weight, layer] : llvm::zip(*weights, sensitivity->layers))
    emitRemark(weight, layer);
  return write(*sensitivity);
}
