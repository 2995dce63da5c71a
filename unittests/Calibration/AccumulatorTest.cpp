//===- AccumulatorTest.cpp - Tests of running statistics --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Statistics against sums in extended precision, and their independence of
// threads, of how tokens are cut into calls, and of an interruption.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "sparse-opt/Calibration/Accumulator.h"
#include "llvm/Support/ThreadPool.h"

#include <cmath>
#include <numeric>
#include <random>

using namespace sparseopt;
using namespace sparseopt::calibration;

namespace {
struct Activation {
  int64_t tokens, features;
  std::vector<float> values;

  const char *getBytes() const {
    return reinterpret_cast<const char *>(values.data());
  }
};
} // namespace

/// Normal values around means that are large against their spread.
static Activation makeActivation(int64_t tokens, int64_t features) {
  std::mt19937 generator(7);
  std::normal_distribution<float> normal;
  Activation activation{tokens, features, {}};
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t j = 0; j < features; ++j)
      activation.values.push_back(1000.0F * float(j % 3) + normal(generator));
  return activation;
}

static std::vector<int64_t> makeRows(int64_t begin, int64_t end) {
  std::vector<int64_t> rows(end - begin);
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

/// Adds all tokens, `perCall` at a time.
static void addAll(Accumulator &accumulator, const Activation &activation,
                   int64_t begin, int64_t perCall,
                   llvm::ThreadPoolInterface *pool = nullptr) {
  for (int64_t at = begin; at < activation.tokens; at += perCall)
    accumulator.add(activation.getBytes(),
                    makeRows(at, std::min(at + perCall, activation.tokens)),
                    sizeof(float), getConversion("F32"), pool);
}

TEST(AccumulatorTest, AgreesWithExtendedPrecision) {
  Activation activation = makeActivation(300, 21);
  Accumulator accumulator(activation.features, /*withGram=*/true);
  addAll(accumulator, activation, 0, 300);
  pruning::CalibrationStatistics result = accumulator.finish();
  ASSERT_EQ(result.numTokens, 300);
  auto at = [&](int64_t t, int64_t j) -> long double {
    return activation.values[t * activation.features + j];
  };
  for (int64_t i = 0; i < activation.features; ++i) {
    long double sum = 0, variance = 0;
    for (int64_t t = 0; t < 300; ++t)
      sum += at(t, i);
    for (int64_t t = 0; t < 300; ++t)
      variance += (at(t, i) - sum / 300) * (at(t, i) - sum / 300);
    EXPECT_NEAR(result.sum[i], double(sum), 1e-13 * std::fabs(double(sum)));
    EXPECT_NEAR(result.var[i], double(variance / 300), 1e-9);
    for (int64_t j = 0; j < activation.features; ++j) {
      long double product = 0, size = 0;
      for (int64_t t = 0; t < 300; ++t) {
        product += at(t, i) * at(t, j);
        size += fabsl(at(t, i) * at(t, j));
      }
      double value = result.gram[i * activation.features + j];
      EXPECT_NEAR(value, double(product), 1e-14 * double(size));
      EXPECT_EQ(value, result.gram[j * activation.features + i]);
      if (i == j)
        EXPECT_EQ(value, result.sumsq[i]);
    }
  }
}

TEST(AccumulatorTest, DependsNeitherOnThreadsNorOnCalls) {
  Activation activation = makeActivation(333, 150);
  Accumulator expected(150, true), pieces(150, true), threads(150, true);
  addAll(expected, activation, 0, 333);
  addAll(pieces, activation, 0, 7);
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(3));
  addAll(threads, activation, 0, 100, &pool);
  EXPECT_EQ(expected.getState(), pieces.getState());
  EXPECT_EQ(expected.getState(), threads.getState());
}

TEST(AccumulatorTest, ContinuesFromASavedState) {
  Activation activation = makeActivation(100, 9);
  Accumulator expected(9, false), first(9, false), second(9, false);
  addAll(expected, activation, 0, 100);
  first.add(activation.getBytes(), makeRows(0, 40), sizeof(float),
            getConversion("F32"), nullptr);
  EXPECT_FALSE(second.restore(40, llvm::ArrayRef<double>(1.0)));
  ASSERT_TRUE(second.restore(first.getNumTokens(), first.getState()));
  addAll(second, activation, 40, 60);
  EXPECT_EQ(expected.getState(), second.getState());
}

TEST(AccumulatorTest, LeavesOutRowsThatAreNotNamed) {
  Activation activation = makeActivation(4, 2);
  Accumulator accumulator(2, false);
  accumulator.add(activation.getBytes(), {1, 3}, sizeof(float),
                  getConversion("F32"), nullptr);
  pruning::CalibrationStatistics result = accumulator.finish();
  EXPECT_EQ(result.numTokens, 2);
  EXPECT_EQ(result.sum[0],
            double(activation.values[2]) + double(activation.values[6]));
}

TEST(AccumulatorTest, SeesWhatIsNotFinite) {
  for (float value : {INFINITY, -INFINITY, NAN}) {
    Activation activation{1, 2, {1.0F, value}};
    Accumulator accumulator(2, false);
    EXPECT_TRUE(accumulator.isFinite());
    addAll(accumulator, activation, 0, 1);
    EXPECT_FALSE(accumulator.isFinite());
  }
}

TEST(AccumulatorTest, ReadsHalfPrecision) {
  uint16_t bf16[] = {0x3FC0, 0xC000}, f16[] = {0x3E00, 0xC000};
  double out[2];
  getConversion("BF16")(reinterpret_cast<char *>(bf16), 2, out);
  EXPECT_EQ(out[0], 1.5);
  EXPECT_EQ(out[1], -2.0);
  getConversion("F16")(reinterpret_cast<char *>(f16), 2, out);
  EXPECT_EQ(out[0], 1.5);
  EXPECT_EQ(out[1], -2.0);
  EXPECT_EQ(getConversion("I8"), nullptr);
}
