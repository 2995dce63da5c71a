//===- ChannelsTest.cpp - Tests of orders, ratios, two-way masks *- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Channel orders, transposable masks and layer ratios against exhaustive search and
// their definitions.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/LayerRatios.h"
#include "sparse-opt/Pruning/PatternCheck.h"
#include "sparse-opt/Pruning/Permutation.h"
#include "sparse-opt/Pruning/Transposable.h"

#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/Support/ThreadPool.h"

#include <numeric>

using namespace sparseopt::pruning;

namespace {

std::vector<float> makeScores(int64_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform;
  std::vector<float> scores(size);
  for (float &score : scores)
    score = uniform(random);
  return scores;
}

TEST(Permutation, AssignmentIsOptimal) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int trial = 0; trial < 20; ++trial) {
    constexpr int64_t size = 6;
    std::vector<double> values(size * size);
    for (double &value : values)
      value = uniform(random);
    auto sum = [&](const std::vector<int64_t> &columns) {
      double total = 0;
      for (int64_t row = 0; row < size; ++row)
        total += values[row * size + columns[row]];
      return total;
    };
    std::vector<int64_t> columns(size);
    std::iota(columns.begin(), columns.end(), 0);
    double best = -100;
    do
      best = std::max(best, sum(columns));
    while (std::next_permutation(columns.begin(), columns.end()));
    EXPECT_NEAR(sum(assignRows(values, size)), best, 1e-12);
  }
}

TEST(Permutation, KeepsMoreAndIsAnOrder) {
  constexpr int64_t rows = 40, columns = 66;
  std::vector<float> scores = makeScores(rows * columns, 2);
  // Important columns lie side by side, where 2:4 has to drop half of them.
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < 16; ++column)
      scores[row * columns + column] += 2;
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(3));
  for (auto [n, m] : {std::pair<int64_t, int64_t>{2, 4}, {1, 4}, {4, 8}}) {
    std::vector<int64_t> order =
        findChannelOrder(scores, rows, columns, n, m, 2, nullptr);
    EXPECT_EQ(order, findChannelOrder(scores, rows, columns, n, m, 2, &pool));
    std::vector<int64_t> sorted = order, identity(columns);
    std::sort(sorted.begin(), sorted.end());
    std::iota(identity.begin(), identity.end(), 0);
    ASSERT_EQ(sorted, identity);
    for (int64_t place = columns / m * m; place < columns; ++place)
      EXPECT_EQ(order[place], place) << "the tail stays";
    EXPECT_GT(
        getRetainedScore(scores, rows, columns, n, m, order, nullptr),
        1.2 * getRetainedScore(scores, rows, columns, n, m, identity, nullptr));
  }
}

TEST(Transposable, IsTheBestOfAllMasks) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::vector<float> scores = makeScores(16, seed);
    Mask mask = chooseTransposableMask(scores, 4, 4, 2, 4, nullptr);
    auto sum = [&](unsigned bits) {
      double total = 0;
      for (int index = 0; index < 16; ++index)
        total += (bits >> index & 1) ? scores[index] : 0;
      return total;
    };
    double best = 0;
    for (unsigned bits = 0; bits < 1u << 16; ++bits) {
      bool holds = true;
      for (int line = 0; line < 4; ++line)
        holds &= llvm::popcount(bits >> (4 * line) & 0xfu) == 2 &&
                 llvm::popcount(bits >> line & 0x1111u) == 2;
      if (holds)
        best = std::max(best, sum(bits));
    }
    unsigned chosen = 0;
    for (int index = 0; index < 16; ++index)
      chosen |= unsigned(mask[index]) << index;
    EXPECT_NEAR(sum(chosen), best, 1e-5);
  }
}

TEST(Transposable, HoldsBothWaysWithTails) {
  for (auto [n, m] : {std::pair<int64_t, int64_t>{2, 4}, {4, 8}, {3, 5}}) {
    constexpr int64_t rows = 19, columns = 26;
    TestWeight weight({rows, columns}, makeScores(rows * columns, 7));
    std::vector<float> scores(rows * columns);
    for (int64_t index = 0; index < weight.size(); ++index)
      scores[index] = float(weight[index]);
    Mask mask = chooseTransposableMask(scores, rows, columns, n, m, nullptr);
    applyMask(weight.mutableRef(), mask, nullptr);
    for (int64_t dim : {0, 1})
      EXPECT_TRUE(
          checkPattern(weight.ref(), NMPattern{n, m, dim}, nullptr).holds());
  }
}

TEST(LayerRatios, KeepTheMean) {
  std::vector<double> ratios = {1, 5, 2, 2};
  std::vector<double> result = chooseLayerSparsities(ratios, 0.7, 0.08);
  EXPECT_NEAR(std::accumulate(result.begin(), result.end(), 0.0) / 4, 0.7,
              1e-12);
  EXPECT_NEAR(result[0] - result[1], 0.16, 1e-12);
  EXPECT_GT(result[0], result[2]);
  std::vector<int64_t> sizes = {100, 1, 100, 100};
  result = chooseLayerSparsities(ratios, 0.7, 0.08, sizes);
  double total = 0;
  for (size_t index = 0; index < 4; ++index)
    total += result[index] * double(sizes[index]);
  EXPECT_NEAR(total / 301, 0.7, 1e-12);
  EXPECT_EQ(chooseLayerSparsities({3.0, 3.0}, 0.5, 0.1),
            (std::vector<double>{0.5, 0.5}));
  for (double value : chooseLayerSparsities(ratios, 0.98, 0.5))
    EXPECT_TRUE(value >= 0 && value <= 1);
}

TEST(LayerRatios, CountsOutliers) {
  TestWeight weight({2, 4}, {1, 1, 1, 1, 1, 1, -40, 1});
  std::vector<double> sum(4), sumsq = {1, 1, 1, 1}, var(4);
  CalibrationStatistics statistics{1, sum, sumsq, var, {}};
  // The mean score is 47 / 8.
  EXPECT_EQ(llvm::cantFail(
                computeOutlierRatio(weight.ref(), statistics, 1, 5, nullptr)),
            12.5);
}

} // namespace
