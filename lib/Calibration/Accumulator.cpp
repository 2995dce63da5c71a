//===- Accumulator.cpp - Statistics of an activation ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tokens are taken in chunks that fit the caches. Threads share out features,
// never tokens, so that no sum is ever split.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Calibration/Accumulator.h"

#include "Kernels.h"

#include "sparse-opt/Pruning/Element.h"
#include "sparse-opt/Pruning/Parallel.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstring>

using namespace sparseopt;
using namespace sparseopt::calibration;

/// Tokens in a chunk.
static constexpr int64_t chunkTokens = 128;

/// Panels that one task works on.
static constexpr int64_t panelsPerTask = 8;

template <typename T>
static void convertAs(const char *values, int64_t count, double *out) {
  for (int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, values + i * sizeof(T), sizeof(T));
    out[i] = value;
  }
}

/// bf16 is the upper half of an f32.
static void convertBF16(const char *values, int64_t count, double *out) {
  for (int64_t i = 0; i < count; ++i) {
    uint16_t half;
    std::memcpy(&half, values + i * sizeof(half), sizeof(half));
    uint32_t bits = uint32_t(half) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    out[i] = value;
  }
}

ConvertFn sparseopt::calibration::getConversion(llvm::StringRef dtype) {
  if (dtype == "F32")
    return convertAs<float>;
  if (dtype == "F64")
    return convertAs<double>;
  if (dtype == "F16")
    return convertAs<_Float16>;
  if (dtype == "BF16")
    return convertBF16;
  return nullptr;
}

Accumulator::Accumulator(int64_t features, bool withGram)
    : features(features), padded(llvm::alignTo(features, lanes)),
      withGram(withGram), state(4 * padded + (withGram ? padded * padded : 0)),
      panels(padded * chunkTokens) {}

/// Panel `panel` of a chunk: the features of the chunk's rows in one run.
static void fillPanel(double *panel, const double *row, int64_t token,
                      int64_t count) {
  std::memcpy(panel + token * lanes, row, count * sizeof(double));
}

void Accumulator::add(const char *values, llvm::ArrayRef<int64_t> rows,
                      int64_t elementBytes, ConvertFn convert,
                      llvm::ThreadPoolInterface *pool) {
  while (!rows.empty()) {
    llvm::ArrayRef<int64_t> chunk =
        rows.take_front(std::min<int64_t>(rows.size(), chunkTokens));
    rows = rows.drop_front(chunk.size());
    constexpr int64_t tokensPerTask = 16;
    auto fill = [&](int64_t begin, int64_t end) {
      std::vector<double> row(features);
      for (int64_t token = begin; token < end; ++token) {
        convert(values + chunk[token] * features * elementBytes, features,
                row.data());
        for (int64_t first = 0; first < features; first += lanes)
          fillPanel(panels.data() + first * chunkTokens, row.data() + first,
                    token, std::min(lanes, features - first));
      }
    };
    pruning::parallelForRange(pool, chunk.size(), tokensPerTask, fill);
    addChunk(chunk.size(), pool);
    numTokens += chunk.size();
  }
}

void Accumulator::addChunk(int64_t tokens, llvm::ThreadPoolInterface *pool) {
  std::vector<double> reciprocals(tokens);
  for (int64_t t = 0; t < tokens; ++t)
    reciprocals[t] = 1.0 / double(numTokens + t + 1);
  auto getPanel = [&](int64_t panel) {
    return panels.data() + panel * lanes * chunkTokens;
  };
  auto work = [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      int64_t first = panel * lanes;
      addMoments(getPanel(panel), tokens, reciprocals.data(),
                 {getSum() + first, getSumsq() + first, getMean() + first,
                  getDeviation() + first});
    }
    if (!withGram)
      return;
    // Rows below the diagonal are mirrored at the end.
    for (int64_t left = 0; left < end; ++left)
      for (int64_t right = std::max(left, begin); right < end; ++right)
        addOuterProducts(getPanel(left), getPanel(right), tokens,
                         getGram() + left * lanes * padded + right * lanes,
                         padded);
  };
  pruning::parallelForRange(pool, padded / lanes, panelsPerTask, work);
}

bool Accumulator::isFinite() const {
  // A sum of squares is not finite if any of its terms is not.
  return llvm::all_of(llvm::ArrayRef<double>(state).slice(padded, padded),
                      [](double value) { return std::isfinite(value); });
}

bool Accumulator::restore(int64_t tokens, llvm::ArrayRef<double> saved) {
  if (saved.size() != state.size() || tokens < 0)
    return false;
  numTokens = tokens;
  llvm::copy(saved, state.begin());
  return true;
}

pruning::CalibrationStatistics Accumulator::finish() {
  for (int64_t j = 0; j < features; ++j)
    getDeviation()[j] = std::max(0.0, getDeviation()[j] / double(numTokens));
  pruning::CalibrationStatistics statistics;
  statistics.numTokens = numTokens;
  statistics.sum = llvm::ArrayRef<double>(getSum(), features);
  statistics.sumsq = llvm::ArrayRef<double>(getSumsq(), features);
  statistics.var = llvm::ArrayRef<double>(getDeviation(), features);
  if (!withGram)
    return statistics;
  double *gram = getGram();
  for (int64_t i = 0; i < features; ++i)
    for (int64_t j = 0; j < i; ++j)
      gram[i * padded + j] = gram[j * padded + i];
  if (padded != features)
    for (int64_t i = 1; i < features; ++i)
      std::memmove(gram + i * features, gram + i * padded,
                   features * sizeof(double));
  statistics.gram = llvm::ArrayRef<double>(gram, features * features);
  return statistics;
}
