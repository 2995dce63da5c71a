//===- StatisticsFile.cpp - Files of calibration statistics -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Look-up by weight name with every check that a wrong file can fail.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Checkpoint/StatisticsFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace sparseopt;

constexpr llvm::StringLiteral kAliasKey("alias");

static llvm::Error fail(llvm::StringRef path, const llvm::Twine &what) {
  return llvm::createStringError("statistics file '" + path + "' " + what);
}

static std::string describe(llvm::StringRef dtype,
                            llvm::ArrayRef<int64_t> shape) {
  std::string text = dtype.str() + " [";
  for (auto [index, size] : llvm::enumerate(shape))
    text += (index ? ", " : "") + std::to_string(size);
  return text + "]";
}

llvm::Expected<std::shared_ptr<StatisticsFile>>
StatisticsFile::open(llvm::StringRef path) {
  auto mapped = SafetensorsFile::open(path);
  if (!mapped)
    return llvm::createStringError("statistics file " +
                                   llvm::toString(mapped.takeError()));
  auto statistics = std::make_shared<StatisticsFile>();
  statistics->file = std::move(*mapped);
  if (llvm::Error error = statistics->readAliases())
    return std::move(error);
  return statistics;
}

llvm::Error StatisticsFile::readAliases() {
  const std::string *text = file->lookupMetadata(kAliasKey);
  if (!text)
    return llvm::Error::success();
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(*text);
  if (!value)
    return fail(getPath(), "has an 'alias' entry that is not JSON: " +
                               llvm::toString(value.takeError()));
  const llvm::json::Object *object = value->getAsObject();
  if (!object)
    return fail(getPath(), "has an 'alias' entry that is not a JSON object");
  for (const auto &[name, target] : *object) {
    auto targetName = target.getAsString();
    if (!targetName || !file->lookup((*targetName + ".n_tokens").str()))
      return fail(getPath(), "has an alias of '" + name.str() +
                                 "' for statistics that it does not hold");
    aliases[name] = targetName->str();
  }
  return llvm::Error::success();
}

llvm::StringRef StatisticsFile::resolve(llvm::StringRef weightName) const {
  auto alias = aliases.find(weightName);
  return alias == aliases.end() ? weightName : llvm::StringRef(alias->second);
}

llvm::Expected<llvm::ArrayRef<double>>
StatisticsFile::lookupDoubles(llvm::StringRef key,
                              llvm::ArrayRef<int64_t> shape) const {
  const SafetensorsEntry *entry = file->lookup(key);
  if (!entry)
    return fail(getPath(), "has no tensor '" + key + "'");
  if (entry->dtype != "F64" || llvm::ArrayRef<int64_t>(entry->shape) != shape)
    return fail(getPath(), "holds " + describe(entry->dtype, entry->shape) +
                               " for '" + key + "', needed is " +
                               describe("F64", shape));
  auto *data = reinterpret_cast<const double *>(entry->bytes.data());
  if (!llvm::isAddrAligned(llvm::Align(alignof(double)), data))
    return fail(getPath(),
                "does not hold '" + key + "' at a multiple of 8 bytes");
  return llvm::ArrayRef<double>(data, entry->bytes.size() / sizeof(double));
}

llvm::Expected<pruning::CalibrationStatistics>
StatisticsFile::lookup(llvm::StringRef weightName, int64_t inDim) const {
  std::string name = resolve(weightName).str();
  const SafetensorsEntry *count = file->lookup(name + ".n_tokens");
  if (!count)
    return fail(getPath(), "has no statistics for weight '" + weightName + "'");
  if (count->dtype != "I64" || count->bytes.size() != sizeof(int64_t))
    return fail(getPath(), "holds " + describe(count->dtype, count->shape) +
                               " for '" + name +
                               ".n_tokens', needed is I64 [1]");
  pruning::CalibrationStatistics statistics;
  statistics.numTokens =
      llvm::support::endian::read<int64_t, llvm::endianness::little>(
          count->bytes.data());
  std::pair<llvm::StringRef, llvm::ArrayRef<double> *> rows[] = {
      {".sum", &statistics.sum},
      {".sumsq", &statistics.sumsq},
      {".var", &statistics.var}};
  for (auto [suffix, values] : rows) {
    auto found = lookupDoubles(name + suffix.str(), {inDim});
    if (!found)
      return found.takeError();
    *values = *found;
  }
  if (file->lookup(name + ".gram")) {
    auto gram = lookupDoubles(name + ".gram", {inDim, inDim});
    if (!gram)
      return gram.takeError();
    statistics.gram = *gram;
  }
  if (llvm::Error error = pruning::verifyStatistics(statistics, inDim,
                                                    /*needsGram=*/false))
    return fail(getPath(), "has wrong statistics for weight '" + weightName +
                               "': " + llvm::toString(std::move(error)));
  return statistics;
}

/// The tensors of one entry, in the order in which they are written.
static void describeEntry(const StatisticsEntry &entry,
                          std::vector<SafetensorsHeader> &tensors) {
  int64_t inDim = entry.statistics.getInputDim();
  tensors.push_back({entry.name + ".n_tokens", "I64", {1}});
  for (const char *suffix : {".sum", ".sumsq", ".var"})
    tensors.push_back({entry.name + suffix, "F64", {inDim}});
  if (entry.statistics.hasGram())
    tensors.push_back({entry.name + ".gram", "F64", {inDim, inDim}});
}

llvm::Error
sparseopt::writeStatisticsFile(llvm::StringRef path,
                               llvm::ArrayRef<StatisticsEntry> entries,
                               const SafetensorsWriter::Metadata &metadata) {
  std::vector<SafetensorsHeader> tensors;
  llvm::json::Object aliases;
  for (const StatisticsEntry &entry : entries) {
    if (llvm::Error error = pruning::verifyStatistics(
            entry.statistics, entry.statistics.getInputDim(),
            /*needsGram=*/false))
      return llvm::createStringError(
          "statistics of weight '" + entry.name +
          "' are wrong: " + llvm::toString(std::move(error)));
    describeEntry(entry, tensors);
    for (const std::string &alias : entry.aliases)
      aliases[alias] = entry.name;
  }
  SafetensorsWriter::Metadata extended = metadata;
  extended[kAliasKey] =
      llvm::formatv("{0}", llvm::json::Value(std::move(aliases))).str();
  auto writer = SafetensorsWriter::create(path, tensors, extended);
  if (!writer)
    return writer.takeError();
  for (const StatisticsEntry &entry : entries) {
    const pruning::CalibrationStatistics &statistics = entry.statistics;
    (*writer)->writeValues(llvm::ArrayRef<int64_t>(statistics.numTokens));
    for (llvm::ArrayRef<double> values :
         {statistics.sum, statistics.sumsq, statistics.var, statistics.gram})
      (*writer)->writeValues(values);
  }
  return (*writer)->finish();
}
