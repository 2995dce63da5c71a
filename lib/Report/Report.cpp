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

#include "HtmlReport.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Interfaces/LinearOpInterface.h"
#include "sparse-opt/Report/PruningRecord.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
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

/// A record as JSON: strings, numbers, arrays and dictionaries.
static llvm::json::Value toJSON(Attribute attr) {
  if (auto text = dyn_cast<StringAttr>(attr))
    return text.getValue();
  if (auto number = dyn_cast<FloatAttr>(attr))
    return number.getValueAsDouble();
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    return integer.getInt();
  if (auto array = dyn_cast<ArrayAttr>(attr)) {
    llvm::json::Array values;
    for (Attribute entry : array)
      values.push_back(toJSON(entry));
    return values;
  }
  llvm::json::Object object;
  if (auto dictionary = dyn_cast<DictionaryAttr>(attr))
    for (NamedAttribute entry : dictionary)
      object[entry.getName().getValue()] = toJSON(entry.getValue());
  return object;
}

/// The records of pruning, with the times that selection predicted for the layer.
static llvm::json::Array buildPruning(ArrayAttr records,
                                      const llvm::json::Array &layers,
                                      DictionaryAttr budget) {
  llvm::StringMap<const llvm::json::Object *> choices;
  for (const llvm::json::Value &layer : layers)
    choices[*layer.getAsObject()->getString("weight")] =
        layer.getAsObject()->getArray("choices")->back().getAsObject();
  llvm::StringMap<Attribute> errors;
  if (budget)
    for (auto layer :
         budget.getAs<ArrayAttr>("layers").getAsRange<DictionaryAttr>())
      errors[layer.getAs<StringAttr>("weight")] = layer.get("error");
  llvm::json::Array rows;
  for (Attribute record : records) {
    llvm::json::Value value = toJSON(record);
    llvm::json::Object &row = *value.getAsObject();
    std::string weight = row.getString("weight")->str();
    if (const llvm::json::Object *choice = choices.lookup(weight))
      for (StringRef key : {"kernel", "predicted_ns", "dense_ns"})
        row[key] = *choice->get(key);
    // The budget measured the same candidate.
    if (Attribute error = errors.lookup(weight); error && !row.get("error"))
      row["error"] = toJSON(error);
    rows.push_back(std::move(value));
  }
  return rows;
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
  llvm::json::Object report;
  auto budget = root->getAttrOfType<DictionaryAttr>(budgetRecordName);
  if (auto records = root->getAttrOfType<ArrayAttr>(pruningRecordsName))
    report["pruning"] = buildPruning(records, layers, budget);
  if (budget)
    report["budget"] = toJSON(budget);
  report["layers"] = std::move(layers);
  return report;
}

LogicalResult sparseopt::writeReport(Operation *root, StringRef path) {
  auto print = [&](raw_ostream &os) {
    if (path.ends_with(".html"))
      printHtmlReport(buildReport(root), os);
    else
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
