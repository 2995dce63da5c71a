//===- Report.cpp - What was decided, for people and programs ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Report and summary from the decision records.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Report/Report.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Interfaces/LinearOpInterface.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

/// Layers with a record, in program order.
static SmallVector<LinearOpInterface> getRecordedLayers(Operation *root) {
  SmallVector<LinearOpInterface> layers;
  root->walk([&](LinearOpInterface op) {
    if (op.getDecisionsAttr() && !op.getDecisionsAttr().empty())
      layers.push_back(op);
  });
  return layers;
}

llvm::json::Object sparseopt::buildReport(Operation *root) {
  llvm::json::Array layers;
  for (LinearOpInterface op : getRecordedLayers(root)) {
    llvm::json::Array choices;
    for (auto decision : op.getDecisionsAttr().getAsRange<DecisionAttr>())
      choices.push_back(
          llvm::json::Object{{"tokens", decision.getTokens()},
                             {"kernel", decision.getKernel()},
                             {"predicted_ns", decision.getPredictedNs()},
                             {"dense_ns", decision.getDenseNs()},
                             {"reason", decision.getReason()}});
    auto first = cast<DecisionAttr>(op.getDecisionsAttr()[0]);
    layers.push_back(
        llvm::json::Object{{"weight", first.getWeight()},
                           {"pattern", first.getPattern()},
                           {"density", first.getDensity().getValueAsDouble()},
                           {"out", op.getWeightShape()[0]},
                           {"in", op.getWeightShape()[1]},
                           {"choices", std::move(choices)}});
  }
  return llvm::json::Object{{"layers", std::move(layers)}};
}

LogicalResult sparseopt::writeReport(Operation *root, StringRef path) {
  auto print = [&](raw_ostream &os) {
    os << llvm::formatv("{0:2}\n", llvm::json::Value(buildReport(root)));
    return llvm::Error::success();
  };
  if (path == "-") {
    llvm::cantFail(print(llvm::outs()));
    return success();
  }
  if (llvm::Error error = llvm::writeToOutput(path, print))
    return root->emitError() << "cannot write report '" << path
                             << "': " << llvm::toString(std::move(error));
  return success();
}

void sparseopt::printSummary(Operation *root, raw_ostream &os) {
  SmallVector<LinearOpInterface> layers = getRecordedLayers(root);
  llvm::MapVector<StringRef, int64_t> byKernel;
  int64_t predicted = 0, dense = 0;
  for (LinearOpInterface op : layers) {
    auto last = cast<DecisionAttr>(op.getDecisionsAttr().getValue().back());
    ++byKernel[last.getKernel()];
    predicted += last.getPredictedNs();
    dense += last.getDenseNs();
  }
  os << llvm::formatv("layers: {0}\n", layers.size());
  if (layers.empty())
    return;
  os << "kernels:";
  StringRef separator = " ";
  for (auto &[kernel, count] : byKernel) {
    os << separator << kernel << " x " << count;
    separator = ", ";
  }
  os << llvm::formatv("\npredicted: {0:f3} ms, dense {1:f3} ms ({2:f2}x)\n",
                      predicted * 1e-6, dense * 1e-6,
                      static_cast<double>(dense) /
                          std::max<int64_t>(predicted, 1));
}
