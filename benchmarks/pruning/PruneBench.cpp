//===- PruneBench.cpp - Time and error of pruning methods -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prunes one layer from raw files with one method and prints time, memory and
// the error of the layer's output as a line of JSON. The scripts beside it make
// the files.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Blas.h"
#include "sparse-opt/Pruning/Calibrated.h"
#include "sparse-opt/Pruning/PatternCheck.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/ToolOutputFile.h"

#include <chrono>
#include <fstream>
#include <string>

using namespace sparseopt::pruning;

static llvm::cl::opt<std::string>
    weightFile("weight", llvm::cl::Required,
               llvm::cl::desc("f32 values [out, in]"));
static llvm::cl::opt<std::string>
    statsFile("statistics",
              llvm::cl::desc("f64 sum, sumsq, var [in], gram [in, in]"));
static llvm::cl::opt<int64_t> numRows("rows", llvm::cl::Required);
static llvm::cl::opt<int64_t> numColumns("columns", llvm::cl::Required);
static llvm::cl::opt<int64_t> numTokens("tokens", llvm::cl::init(1));
static llvm::cl::opt<std::string> patternName("pattern", llvm::cl::init("2:4"));
static llvm::cl::opt<std::string> methodName("method",
                                             llvm::cl::init("magnitude"));
static llvm::cl::opt<std::string> scopeName("scope");
static llvm::cl::opt<double> sparsity("sparsity", llvm::cl::init(-1));
static llvm::cl::opt<int64_t> refit("refit", llvm::cl::init(0));
static llvm::cl::opt<int64_t> gradual("gradual", llvm::cl::init(-1));
static llvm::cl::opt<int64_t> iterations("iterations", llvm::cl::init(0));
static llvm::cl::opt<int64_t> blockSize("block-size", llvm::cl::init(128));
static llvm::cl::opt<double> damping("damping", llvm::cl::init(-1));
static llvm::cl::opt<unsigned> numThreads("num-threads", llvm::cl::init(1));
static llvm::cl::opt<int> repeat("repeat", llvm::cl::init(1));
static llvm::cl::opt<bool> noError("no-error",
                                   llvm::cl::desc("do not compute the error"));
static llvm::cl::opt<std::string> outputFile("output",
                                             llvm::cl::desc("f32 result"));

static llvm::ExitOnError exitOnError("prune-bench: ");

static std::unique_ptr<llvm::MemoryBuffer> readFile(llvm::StringRef file) {
  return exitOnError(llvm::errorOrToExpected(llvm::MemoryBuffer::getFile(
      file, /*IsText=*/false, /*RequiresNullTerminator=*/false)));
}

/// Largest resident size of this process in MiB.
static double getPeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (llvm::StringRef(line).consume_front("VmHWM:"))
      return std::stod(line.substr(6)) / 1024;
  return 0;
}

static Scope getScope(Scope fallback) {
  return scopeName == "row"     ? Scope::Row
         : scopeName == "layer" ? Scope::Layer
                                : fallback;
}

static CalibratedMethod makeMethod() {
  if (methodName == "ria")
    return RIAMethod{0.5, getScope(Scope::Row), UnitNorm::L2};
  if (methodName == "dsnot")
    return DSnoTMethod();
  if (methodName == "sparsegpt")
    return SparseGPTMethod{blockSize, damping < 0 ? 0.01 : damping,
                           getScope(Scope::Layer)};
  if (methodName == "admm")
    return ADMMMethod{iterations ? iterations : 20, gradual < 1 ? 8 : gradual,
                      damping < 0 ? 0.1 : damping, getScope(Scope::Layer)};
  if (methodName == "alps")
    return ALPSMethod{iterations ? iterations : 100,
                      damping < 0 ? 0.01 : damping, getScope(Scope::Layer)};
  return WandaMethod{getScope(Scope::Row), UnitNorm::L2};
}

static std::optional<double> getSparsity() {
  return sparsity < 0 ? std::nullopt : std::optional<double>(sparsity);
}

/// Prunes `weight` in place with the method of the options.
static void prune(MutableTensorRef weight,
                  const CalibrationStatistics &statistics,
                  const Pattern &pattern, llvm::json::Object &row,
                  llvm::ThreadPoolInterface *pool) {
  if (methodName == "magnitude") {
    PruneRequest request{pattern,
                         MagnitudeMethod{getScope(Scope::Layer), UnitNorm::L2},
                         getSparsity()};
    TensorRef source = weight;
    applyMask(weight, exitOnError(chooseMasks(source, request, pool)).front(),
              pool);
    return;
  }
  CalibratedRequest request{pattern, makeMethod(), getSparsity(), refit, 1};
  CalibratedResult result =
      exitOnError(pruneCalibrated(weight, statistics, request, pool));
  if (result.damping)
    row["damping"] = *result.damping;
  if (!applyResult(weight, result, pool))
    exitOnError(llvm::createStringError("a new value is not finite"));
}

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  int64_t shape[] = {numRows, numColumns};
  auto weightBuffer = readFile(weightFile);
  TensorRef weight{weightBuffer->getBufferStart(), shape, ElementType::F32};
  std::unique_ptr<llvm::MemoryBuffer> statsBuffer;
  CalibrationStatistics statistics;
  statistics.numTokens = numTokens;
  if (!statsFile.empty()) {
    statsBuffer = readFile(statsFile);
    llvm::ArrayRef<double> all(
        reinterpret_cast<const double *>(statsBuffer->getBufferStart()),
        statsBuffer->getBufferSize() / sizeof(double));
    statistics.sum = all.take_front(numColumns);
    statistics.sumsq = all.slice(numColumns, numColumns);
    statistics.var = all.slice(2 * numColumns, numColumns);
    statistics.gram = all.drop_front(3 * numColumns);
  }
  std::unique_ptr<llvm::DefaultThreadPool> pool;
  if (numThreads > 1)
    pool = std::make_unique<llvm::DefaultThreadPool>(
        llvm::hardware_concurrency(numThreads));
  Pattern pattern = exitOnError(parsePattern(patternName, 1));
  llvm::json::Object row{{"method", methodName}, {"pattern", patternName}};
  std::vector<float> values;
  llvm::json::Array seconds;
  for (int round = 0; round < repeat; ++round) {
    auto *data = static_cast<const float *>(weight.data);
    values.assign(data, data + weight.getNumElements());
    auto start = std::chrono::steady_clock::now();
    prune({values.data(), shape, ElementType::F32}, statistics, pattern, row,
          pool.get());
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count());
  }
  TensorRef pruned{values.data(), shape, ElementType::F32};
  row["seconds"] = std::move(seconds);
  row["peak_mib"] = getPeakMegabytes();
  row["holds"] = checkPattern(pruned, pattern, pool.get()).holds();
  row["density"] = double(countNonzeros(pruned, pool.get())) /
                   double(pruned.getNumElements());
  if (!noError && statistics.hasGram())
    row["error"] = exitOnError(
        computeOutputError(weight, pruned, statistics.gram, 1, pool.get()));
  if (!outputFile.empty()) {
    std::ofstream output(outputFile, std::ios::binary);
    output.write(reinterpret_cast<const char *>(values.data()),
                 int64_t(values.size() * sizeof(float)));
  }
  llvm::outs() << llvm::json::Value(std::move(row)) << "\n";
  return 0;
}
