//===- PrintFacts.cpp - Prints what is known about values -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-print-facts: facts and demand as text.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Propagate/Passes.h"

#include "FactGraph.h"

#include "sparse-opt/Analysis/Sparsity/SparsityAnalysis.h"

#include "mlir/IR/AsmState.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ToolOutputFile.h"

#define DEBUG_TYPE "sparsity-print-facts"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace sparseopt {
#define GEN_PASS_DEF_PRINTFACTSPASS
#include "sparse-opt/Transforms/Propagate/Passes.h.inc"
} // namespace sparseopt

static void printValue(Value value, const SparsityAnalysis &analysis,
                       AsmState &state, raw_ostream &os) {
  if (!isa<RankedTensorType>(value.getType()))
    return;
  os << "  ";
  value.printAsOperand(os, state);
  os << " : " << value.getType() << ": ";
  analysis.getFacts(value).print(os);
  Demand demand = analysis.getDemand(value);
  if (!demand.isAll()) {
    os << "; ";
    demand.print(os);
  }
  os << "\n";
}

static void printFunction(FunctionOpInterface function,
                          const SparsityAnalysis &analysis, raw_ostream &os) {
  os << "@" << function.getName() << "\n";
  AsmState state(function);
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (Value result : op->getResults())
      printValue(result, analysis, state, os);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Value argument : block.getArguments())
          printValue(argument, analysis, state, os);
  });
}

namespace {
class PrintFactsPass
    : public sparseopt::impl::PrintFactsPassBase<PrintFactsPass> {
public:
  using PrintFactsPassBase::PrintFactsPassBase;

protected:
  void runOnOperation() override;
};
} // namespace

void PrintFactsPass::runOnOperation() {
  if (format != "text" && format != "dot" && format != "html") {
    getOperation().emitError("format: '")
        << format << "' is not text, dot or html";
    return signalPassFailure();
  }
  ConstantScanner constants;
  auto analysis =
      SparsityAnalysis::run(getOperation(), {assumeFinite}, constants);
  if (failed(analysis))
    return signalPassFailure();
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> output =
      openOutputFile(file.empty() ? "-" : StringRef(file), &message);
  if (!output) {
    getOperation().emitError("file: ") << message;
    return signalPassFailure();
  }
  if (format == "text")
    getOperation().walk([&](FunctionOpInterface function) {
      printFunction(function, **analysis, output->os());
    });
  else
    printFactGraph(getOperation(), **analysis, format == "html", output->os());
  output->keep();
  markAllAnalysesPreserved();
}
