//===- BudgetRecord.cpp - What was decided within a budget ------ -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attribute and table from the answer to a budget.
//
//===----------------------------------------------------------------------===//

#include "BudgetRecord.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt;

/// Layers by candidate, in the order in which candidates first appear.
static llvm::MapVector<StringRef, int64_t> count(const Sensitivity &sensitivity,
                                                 const Assignment &assignment) {
  llvm::MapVector<StringRef, int64_t> counts;
  for (auto [layer, index] :
       llvm::zip(sensitivity.layers, assignment.candidates))
    ++counts[layer.candidates[index].candidate];
  return counts;
}

std::string sparseopt::countCandidates(const Sensitivity &sensitivity,
                                       const Assignment &assignment) {
  std::string text;
  for (auto &[candidate, number] : count(sensitivity, assignment))
    text += llvm::formatv("{0}{1} x {2}", text.empty() ? "" : ", ", candidate,
                          number);
  return text;
}

static DictionaryAttr toAttr(Builder &builder, const Sensitivity &sensitivity,
                             const Assignment &assignment) {
  SmallVector<NamedAttribute> counts;
  for (auto &[candidate, number] : count(sensitivity, assignment))
    counts.push_back(
        builder.getNamedAttr(candidate, builder.getI64IntegerAttr(number)));
  const Totals &totals = assignment.totals;
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("predicted_ns",
                            builder.getI64IntegerAttr(totals.predictedNs)),
       builder.getNamedAttr("bytes", builder.getI64IntegerAttr(totals.bytes)),
       builder.getNamedAttr("error", builder.getF64FloatAttr(totals.error)),
       builder.getNamedAttr("layers", builder.getDictionaryAttr(counts))});
}

static DictionaryAttr toAttr(Builder &builder, const LayerRow &layer,
                             const CandidateRow &row) {
  auto integer = [&](StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  };
  auto number = [&](StringRef name, double value) {
    return builder.getNamedAttr(name, builder.getF64FloatAttr(value));
  };
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("weight", builder.getStringAttr(layer.weight)),
       builder.getNamedAttr("candidate", builder.getStringAttr(row.candidate)),
       number("error", row.error), number("density", row.density),
       number("retained_norm", row.retainedNorm), integer("bytes", row.bytes),
       integer("dense_bytes", layer.candidates.front().bytes),
       integer("predicted_ns", row.predictedNs),
       integer("dense_ns", layer.candidates.front().predictedNs)});
}

DictionaryAttr sparseopt::toAttr(MLIRContext *context,
                                 const BudgetRecord &record) {
  Builder builder(context);
  const BudgetResult &result = record.result;
  SmallVector<Attribute> layers, front;
  for (auto [layer, index] :
       llvm::zip(record.sensitivity.layers, result.chosen.candidates))
    layers.push_back(::toAttr(builder, layer, layer.candidates[index]));
  for (const Assignment &point : result.front)
    front.push_back(::toAttr(builder, record.sensitivity, point));
  auto name = [&](StringRef key, Attribute value) {
    return builder.getNamedAttr(key, value);
  };
  return builder.getDictionaryAttr(
      {name("budget", builder.getStringAttr(record.budget.text)),
       name("method", builder.getStringAttr(record.sensitivity.method)),
       name("gap", builder.getF64FloatAttr(result.gap)),
       name("dense_ns", builder.getI64IntegerAttr(result.dense.predictedNs)),
       name("dense_bytes", builder.getI64IntegerAttr(result.dense.bytes)),
       name("chosen", ::toAttr(builder, record.sensitivity, result.chosen)),
       name("layers", builder.getArrayAttr(layers)),
       name("front", builder.getArrayAttr(front))});
}

/// One line of the table of the front.
static void printPoint(const BudgetRecord &record, const Assignment &point,
                       StringRef mark, raw_ostream &os) {
  const Totals &totals = point.totals;
  const Totals &dense = record.result.dense;
  os << llvm::formatv(
      "{0,-2}{1,12:f3}{2,10:f3}{3,14}{4,12:e3}  {5}\n", mark,
      totals.predictedNs * 1e-6,
      double(dense.predictedNs) / std::max<int64_t>(totals.predictedNs, 1),
      totals.bytes, totals.error, countCandidates(record.sensitivity, point));
}

void sparseopt::printTable(const BudgetRecord &record, raw_ostream &os) {
  os << llvm::formatv("{0,-2}{1,12}{2,10}{3,14}{4,12}  {5}\n", "", "ms",
                      "speed-up", "bytes", "mean error", "layers");
  for (const Assignment &point : record.result.front)
    printPoint(record, point, "", os);
  printPoint(record, record.result.chosen, "->", os);
  size_t width = StringRef("weight").size();
  for (const LayerRow &layer : record.sensitivity.layers)
    width = std::max(width, layer.weight.size());
  auto printRow = [&](StringRef weight, StringRef candidate, StringRef error,
                      StringRef time) {
    os << llvm::left_justify(weight, width) << "  "
       << llvm::left_justify(candidate, 18) << "  "
       << llvm::left_justify(error, 10) << "  " << time << "\n";
  };
  os << "\n";
  printRow("weight", "candidate", "error", "speed-up");
  for (auto [layer, index] :
       llvm::zip(record.sensitivity.layers, record.result.chosen.candidates)) {
    const CandidateRow &row = layer.candidates[index];
    double speedUp = double(layer.candidates.front().predictedNs) /
                     std::max<int64_t>(row.predictedNs, 1);
    printRow(layer.weight, row.candidate,
             llvm::formatv("{0:e3}", row.error).str(),
             llvm::formatv("{0:f2}", speedUp).str());
  }
}
