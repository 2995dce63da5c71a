//===- Calibrate.cpp - Statistics from an instrumented program --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loop over calls, which tokens count, and the saved state.
//
//===----------------------------------------------------------------------===//

#include "Calibrate.h"
#include "Runner.h"
#include "Values.h"

#include "sparse-opt/Calibration/Accumulator.h"
#include "sparse-opt/Checkpoint/StatisticsFile.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/xxhash.h"

#include <chrono>
#include <numeric>

using namespace llvm;

namespace sparseopt {

using calibration::Accumulator;
using Clock = std::chrono::steady_clock;

static Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

namespace {

/// The statistics of one name.
struct Target {
  std::vector<std::string> aliases;
  std::unique_ptr<Accumulator> accumulator;
};

class Calibration {
public:
  Calibration(const Library &library, const EntryInfo &entry,
              const Samples &samples, ArrayRef<Observation> observations,
              const CalibrationOptions &options)
      : library(library), entry(entry), samples(samples),
        observations(observations), options(options),
        pool(hardware_concurrency(options.numThreads)) {}

  Error run();

private:
  Error prepare();
  Error findMask();
  Error openMaskFile();
  bool hasMask() const { return maskInput || maskFile; }
  void readMask(int64_t call);
  Error runCall(Runner &runner, int64_t call);
  Error checkFinite(int64_t call);
  Error restore();
  Error save(int64_t numCalls);
  Error write();
  uint64_t getFingerprint() const;
  std::string getStatePath() const { return options.statistics + ".partial"; }

  static void observe(void *self, uint64_t observation, const void *values,
                      uint64_t tokens, uint64_t features);
  void add(const Observation &observation, const char *values, int64_t tokens);
  bool chooseRows(const Observation &observation, int64_t tokens);

  const Library &library;
  const EntryInfo &entry;
  const Samples &samples;
  ArrayRef<Observation> observations;
  const CalibrationOptions &options;
  DefaultThreadPool pool;

  MapVector<StringRef, Target> targets;
  std::optional<unsigned> maskInput;
  std::optional<NpyArray> maskFile;
  /// Of the running call: the mask's values, the samples that are no copies,
  /// the rows that count, and what went wrong.
  std::vector<double> mask;
  int64_t numValid = 0;
  std::vector<int64_t> rows;
  std::string problem;
  int64_t numDone = 0;
};

} // namespace

Error Calibration::prepare() {
  for (const Observation &observation : observations) {
    Target &target = targets[observation.name];
    target.aliases = observation.aliases;
    if (!target.accumulator)
      target.accumulator =
          std::make_unique<Accumulator>(observation.features, observation.gram);
  }
  if (targets.empty())
    return makeError("no linear layer needs statistics; nothing to calibrate");
  return findMask();
}

Error Calibration::openMaskFile() {
  Expected<NpyArray> array = readNpy(options.maskFile);
  if (!array)
    return array.takeError();
  if (array->shape.empty() || array->shape[0] != samples.getNumSamples())
    return makeError("'" + options.maskFile + "' is " +
                     describeArray(array->dtype, array->shape) +
                     ", no mask of " + Twine(samples.getNumSamples()) +
                     " samples");
  maskFile = std::move(*array);
  return Error::success();
}

Error Calibration::findMask() {
  if (!options.maskFile.empty())
    return options.maskInput.empty()
               ? openMaskFile()
               : makeError("--mask-input and --mask exclude each other");
  if (options.maskInput.empty())
    return Error::success();
  for (auto [index, port] : enumerate(entry.inputs))
    if (port.name == options.maskInput ||
        std::to_string(index) == options.maskInput)
      maskInput = index;
  if (maskInput)
    return Error::success();
  std::string names;
  for (const PortInfo &port : entry.inputs)
    names += (names.empty() ? "" : ", ") + port.name;
  return makeError("entry '" + entry.name + "' has no input '" +
                   options.maskInput + "' to mask tokens with (it has " +
                   names + ")");
}

/// Rows of an activation that count. They follow one another sample by sample;
/// an activation with one row per sample has no padding.
bool Calibration::chooseRows(const Observation &observation, int64_t tokens) {
  rows.clear();
  int64_t batch = samples.getBatch();
  bool isMasked = hasMask() && tokens == int64_t(mask.size());
  if (tokens % batch != 0 || (hasMask() && !isMasked && tokens != batch)) {
    problem = ("the input of weight '" + observation.name + "' has " +
               Twine(tokens) + " tokens, which does not fit " +
               (hasMask() ? "a mask of " + Twine(mask.size()) + " elements"
                          : Twine(batch) + " samples"))
                  .str();
    return false;
  }
  int64_t end = tokens / batch * numValid;
  for (int64_t row = 0; row < end; ++row)
    if (!isMasked || mask[row] != 0)
      rows.push_back(row);
  return true;
}

void Calibration::add(const Observation &observation, const char *values,
                      int64_t tokens) {
  if (!problem.empty() || !chooseRows(observation, tokens))
    return;
  targets[observation.name].accumulator->add(
      values, rows, getSafetensorsElementBytes(observation.dtype),
      calibration::getConversion(observation.dtype), &pool);
}

void Calibration::observe(void *self, uint64_t observation, const void *values,
                          uint64_t tokens, uint64_t features) {
  auto *calibration = static_cast<Calibration *>(self);
  calibration->add(calibration->observations[observation],
                   static_cast<const char *>(values), int64_t(tokens));
}

/// The rows of the mask's file for a call; those of copies do not matter.
void Calibration::readMask(int64_t call) {
  size_t bytes = maskFile->data.size() / maskFile->shape[0];
  std::vector<double> values = toDoubles(
      maskFile->dtype, maskFile->data.substr(call * samples.getBatch() * bytes,
                                             numValid * bytes));
  mask.assign(values.begin(), values.end());
  mask.resize(values.size() / numValid * samples.getBatch());
}

Error Calibration::runCall(Runner &runner, int64_t call) {
  for (unsigned input = 0; input < entry.inputs.size(); ++input) {
    std::string bytes = samples.read(input, call);
    runner.setInput(input, bytes);
    if (maskInput == input)
      mask = toDoubles(entry.inputs[input].dtype, bytes);
  }
  numValid = samples.getNumValid(call);
  if (maskFile)
    readMask(call);
  if (Error error = runner.run())
    return error;
  if (!problem.empty())
    return makeError(problem);
  return checkFinite(call);
}

Error Calibration::checkFinite(int64_t call) {
  for (auto &[name, target] : targets)
    if (!target.accumulator->isFinite())
      return makeError("the input of weight '" + name +
                       "' is not finite in samples " +
                       Twine(call * samples.getBatch()) + " to " +
                       Twine(call * samples.getBatch() + numValid - 1));
  return Error::success();
}

uint64_t Calibration::getFingerprint() const {
  std::string text = std::to_string(options.modelHash) + " " +
                     std::to_string(samples.getHash()) + " " +
                     options.maskInput;
  if (maskFile)
    text += " " + std::to_string(xxh3_64bits(maskFile->data));
  for (const Observation &observation : observations)
    text += " " + observation.name + (observation.gram ? " gram" : "");
  return xxh3_64bits(text);
}

Error Calibration::save(int64_t numCalls) {
  std::vector<SafetensorsHeader> tensors;
  SafetensorsWriter::Metadata metadata;
  metadata["fingerprint"] = std::to_string(getFingerprint());
  metadata["calls"] = std::to_string(numCalls);
  for (auto &[name, target] : targets) {
    int64_t size = target.accumulator->getState().size();
    tensors.push_back({name.str(), "F64", {size}});
    metadata[name] = std::to_string(target.accumulator->getNumTokens());
  }
  auto writer = SafetensorsWriter::create(getStatePath(), tensors, metadata);
  if (!writer)
    return writer.takeError();
  for (auto &[name, target] : targets)
    (*writer)->writeValues(target.accumulator->getState());
  return (*writer)->finish();
}

Error Calibration::restore() {
  if (!sys::fs::exists(getStatePath()))
    return Error::success();
  auto file = SafetensorsFile::open(getStatePath());
  if (!file)
    return file.takeError();
  auto getNumber = [&](StringRef key, auto &number) {
    const std::string *text = (*file)->lookupMetadata(key);
    return text && !StringRef(*text).getAsInteger(10, number);
  };
  uint64_t fingerprint = 0;
  bool fits = getNumber("fingerprint", fingerprint) &&
              fingerprint == getFingerprint() && getNumber("calls", numDone);
  for (auto &[name, target] : targets) {
    const SafetensorsEntry *entry = (*file)->lookup(name);
    int64_t tokens = 0;
    fits = fits && entry && getNumber(name, tokens) &&
           target.accumulator->restore(
               tokens, {reinterpret_cast<const double *>(entry->bytes.data()),
                        entry->bytes.size() / sizeof(double)});
  }
  if (!fits)
    return makeError("'" + getStatePath() +
                     "' is the state of another calibration; remove it to "
                     "begin anew");
  errs() << "sparse-run: going on after " << numDone << " of "
         << samples.getNumCalls() << " calls\n";
  return Error::success();
}

Error Calibration::write() {
  std::vector<StatisticsEntry> entries;
  for (auto &[name, target] : targets) {
    if (target.accumulator->getNumTokens() == 0)
      return makeError("no token of the input of weight '" + name +
                       "' counts: the mask leaves none");
    entries.push_back(
        {name.str(), target.aliases, target.accumulator->finish()});
  }
  SafetensorsWriter::Metadata metadata;
  metadata["samples"] = std::to_string(samples.getNumSamples());
  if (Error error = writeStatisticsFile(options.statistics, entries, metadata))
    return error;
  if (std::error_code error = sys::fs::remove(getStatePath()))
    return makeError("'" + getStatePath() +
                     "' cannot be removed: " + error.message());
  outs() << "statistics of " << entries.size() << " activations over "
         << samples.getNumSamples() << " samples, "
         << entries.front().statistics.numTokens
         << " tokens: " << options.statistics << "\n";
  return Error::success();
}

/// Prints how far it is, every few seconds.
static void printProgress(int64_t done, int64_t total, Clock::time_point start,
                          Clock::time_point &last) {
  constexpr auto kPause = std::chrono::seconds(5);
  Clock::time_point now = Clock::now();
  if (now - last < kPause)
    return;
  last = now;
  double elapsed = std::chrono::duration<double>(now - start).count();
  errs() << "sparse-run: " << done << " of " << total
         << format(" calls, %.0f s\n", elapsed);
}

Error Calibration::run() {
  if (Error error = prepare())
    return error;
  if (Error error = restore())
    return error;
  if (Error error = library.setObserver(&observe, this))
    return error;
  auto runner = Runner::create(library, entry, samples.makeFirstCall());
  if (!runner)
    return runner.takeError();
  Clock::time_point start = Clock::now(), lastSave = start, lastPrint = start;
  int64_t numCalls = samples.getNumCalls();
  for (int64_t call = numDone; call < numCalls; ++call) {
    if (Error error = runCall(**runner, call))
      return error;
    printProgress(call + 1, numCalls, start, lastPrint);
    std::chrono::duration<double> sinceSave = Clock::now() - lastSave;
    if (call + 1 < numCalls && sinceSave.count() >= options.saveEvery) {
      if (Error error = save(call + 1))
        return error;
      lastSave = Clock::now();
    }
  }
  if (Error error = library.setObserver(nullptr, nullptr))
    return error;
  return write();
}

Error calibrate(const Library &library, const EntryInfo &entry,
                const Samples &samples, ArrayRef<Observation> observations,
                const CalibrationOptions &options) {
  return Calibration(library, entry, samples, observations, options).run();
}

} // namespace sparseopt
