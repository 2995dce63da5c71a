//===- SensitivityFile.cpp - Files of sensitivity --------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sensitivity as JSON and back.
//
//===----------------------------------------------------------------------===//

#include "MeasureSensitivity.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace sparseopt;

static llvm::json::Object rowToJSON(const CandidateRow &row) {
  if (!row.obstacle.empty())
    return llvm::json::Object{{"candidate", row.candidate},
                              {"obstacle", row.obstacle}};
  return llvm::json::Object{
      {"candidate", row.candidate}, {"error", row.error},
      {"density", row.density},     {"retained_norm", row.retainedNorm},
      {"bytes", row.bytes},         {"predicted_ns", row.predictedNs},
      {"kernel", row.kernel}};
}

llvm::json::Object sparseopt::toJSON(const Sensitivity &sensitivity) {
  llvm::json::Array layers;
  for (const LayerRow &layer : sensitivity.layers) {
    llvm::json::Array candidates;
    for (const CandidateRow &row : layer.candidates)
      candidates.push_back(rowToJSON(row));
    layers.push_back(llvm::json::Object{{"weight", layer.weight},
                                        {"out", layer.out},
                                        {"in", layer.in},
                                        {"tokens", layer.tokens},
                                        {"candidates", std::move(candidates)}});
  }
  return llvm::json::Object{{"method", sensitivity.method},
                            {"layers", std::move(layers)}};
}

namespace sparseopt {

// The names that llvm::json looks up.
static bool fromJSON(const llvm::json::Value &value, CandidateRow &row,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  if (!map || !map.map("candidate", row.candidate))
    return false;
  if (value.getAsObject()->get("obstacle"))
    return map.map("obstacle", row.obstacle);
  return map.map("error", row.error) && map.map("density", row.density) &&
         map.map("retained_norm", row.retainedNorm) &&
         map.map("bytes", row.bytes) &&
         map.map("predicted_ns", row.predictedNs) &&
         map.map("kernel", row.kernel);
}

static bool fromJSON(const llvm::json::Value &value, LayerRow &row,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("weight", row.weight) && map.map("out", row.out) &&
         map.map("in", row.in) && map.map("tokens", row.tokens) &&
         map.map("candidates", row.candidates);
}

static bool fromJSON(const llvm::json::Value &value, Sensitivity &sensitivity,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("method", sensitivity.method) &&
         map.map("layers", sensitivity.layers);
}

} // namespace sparseopt

llvm::Expected<Sensitivity> sparseopt::readSensitivity(llvm::StringRef path) {
  auto fail = [&](const llvm::Twine &message) {
    return llvm::createStringError("sensitivity '" + path + "': " + message);
  };
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return fail(buffer.getError().message());
  llvm::Expected<llvm::json::Value> value =
      llvm::json::parse((*buffer)->getBuffer());
  if (!value)
    return fail(llvm::toString(value.takeError()));
  Sensitivity result;
  llvm::json::Path::Root root("sensitivity");
  if (!fromJSON(*value, result, root))
    return fail(llvm::toString(root.getError()));
  for (const LayerRow &layer : result.layers)
    if (layer.candidates.empty() ||
        layer.candidates.front().candidate != "dense")
      return fail("the first candidate of '" + layer.weight + "' is not dense");
  return std::move(result);
}
