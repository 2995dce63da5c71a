//===- Compare.cpp - Sparse beside dense ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both run in one process and in turn, so that what else the machine does touches
// both.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "Values.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace llvm;

namespace sparseopt {

static double getMedian(std::vector<double> times) {
  llvm::sort(times);
  return times[times.size() / 2];
}

namespace {
/// Milliseconds per run of each step, one value per run.
class StepTimes {
public:
  explicit StepTimes(const Library &library) : library(library) {
    for (const StepTime &step : library.getProfile())
      names.push_back(step.name);
    times.resize(names.size());
  }

  /// Takes the times since the last call.
  void collect() {
    for (auto [i, step] : enumerate(library.getProfile()))
      times[i].push_back(1e-6 * step.nanoseconds);
    library.resetProfile();
  }

  std::vector<std::pair<std::string, double>> getMedians() const {
    std::vector<std::pair<std::string, double>> medians;
    for (auto [name, values] : zip_equal(names, times))
      medians.push_back({name, getMedian(values)});
    return medians;
  }

private:
  const Library &library;
  std::vector<std::string> names;
  std::vector<std::vector<double>> times;
};
} // namespace

/// One row per step that both programs have, in the order of `sparse`.
static void printSteps(const StepTimes &sparse, const StepTimes &dense,
                       raw_ostream &os) {
  StringMap<double> denseTimes;
  for (auto &[name, time] : dense.getMedians())
    denseTimes[name] = time;
  os << "   dense ms  sparse ms  speed-up  step\n";
  for (auto &[name, time] : sparse.getMedians()) {
    auto it = denseTimes.find(name);
    if (it != denseTimes.end())
      os << format("%11.4f %10.4f %8.2fx  %s\n", it->second, time,
                   it->second / time, name.c_str());
  }
}

static void printError(const PortInfo &port, StringRef sparse, StringRef dense,
                       raw_ostream &os) {
  std::vector<double> x = toDoubles(port.dtype, sparse);
  std::vector<double> y = toDoubles(port.dtype, dense);
  double largest = 0, xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i != x.size(); ++i) {
    double difference = std::fabs(x[i] - y[i]);
    // A NaN in one of them only is the largest error there is.
    if (std::isnan(difference) && !(std::isnan(x[i]) && std::isnan(y[i])))
      difference = HUGE_VAL;
    if (difference > largest)
      largest = difference;
    xy += x[i] * y[i];
    xx += x[i] * x[i];
    yy += y[i] * y[i];
  }
  os << format("%s: largest error %.3g, cosine %.6f\n", port.name.c_str(),
               largest, xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 1.0);
}

Error compare(const Contender &sparse, const Contender &dense, unsigned count,
              raw_ostream &os) {
  std::vector<double> sparseTimes, denseTimes;
  StepTimes sparseSteps(sparse.library), denseSteps(dense.library);
  for (unsigned i = 0; i != count + 1; ++i) {
    Expected<double> sparseTime = sparse.runner.time();
    if (!sparseTime)
      return sparseTime.takeError();
    Expected<double> denseTime = dense.runner.time();
    if (!denseTime)
      return denseTime.takeError();
    if (i == 0) {
      // The first round warms up.
      sparse.library.resetProfile();
      dense.library.resetProfile();
      continue;
    }
    sparseTimes.push_back(*sparseTime);
    denseTimes.push_back(*denseTime);
    sparseSteps.collect();
    denseSteps.collect();
  }
  printSteps(sparseSteps, denseSteps, os);
  double sparseTime = 1e3 * getMedian(sparseTimes);
  double denseTime = 1e3 * getMedian(denseTimes);
  os << format("%s: dense %.3f ms, sparse %.3f ms, speed-up %.2fx (medians of "
               "%u runs in turn)\n",
               sparse.entry.name.c_str(), denseTime, sparseTime,
               denseTime / sparseTime, count);
  for (auto [i, port] : enumerate(sparse.entry.outputs))
    printError(port, sparse.runner.getData(i), dense.runner.getData(i), os);
  return Error::success();
}

} // namespace sparseopt
