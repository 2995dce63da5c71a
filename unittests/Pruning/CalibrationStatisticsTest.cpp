//===- CalibrationStatisticsTest.cpp - Tests of statistics ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the check of statistics refuses, and with which words.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/CalibrationStatistics.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace sparseopt::pruning;

namespace {

struct OwnedStatistics {
  int64_t numTokens = 2;
  std::vector<double> sum = {1, -1}, sumsq = {5, 1}, var = {2, 0.25};
  std::vector<double> gram = {5, -2, -2, 1};

  std::string check(int64_t inputDim = 2, bool needsGram = true) const {
    CalibrationStatistics view{numTokens, sum, sumsq, var, gram};
    return llvm::toString(verifyStatistics(view, inputDim, needsGram));
  }
};

TEST(CalibrationStatistics, AcceptsWhatFits) {
  OwnedStatistics statistics;
  EXPECT_EQ(statistics.check(), "");
  statistics.gram.clear();
  EXPECT_EQ(statistics.check(2, /*needsGram=*/false), "");
}

TEST(CalibrationStatistics, RefusesWrongSizes) {
  OwnedStatistics statistics;
  EXPECT_EQ(statistics.check(3), "sum has 2 numbers, not 3");
  statistics.gram.pop_back();
  EXPECT_EQ(statistics.check(), "gram has 3 numbers, not 4");
  statistics.gram.clear();
  EXPECT_EQ(statistics.check(), "gram is missing");
  statistics.numTokens = 0;
  EXPECT_EQ(statistics.check(),
            "n_tokens is 0; calibration needs at least one token");
}

TEST(CalibrationStatistics, RefusesWhatIsNoNumber) {
  OwnedStatistics statistics;
  statistics.sumsq[1] = -1;
  EXPECT_EQ(statistics.check(), "sumsq holds -1 at 1");
  statistics.sumsq[1] = std::nan("");
  EXPECT_EQ(statistics.check(), "sumsq holds nan at 1");
  statistics.sumsq[1] = 1;
  statistics.gram[2] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(statistics.check(), "gram holds inf at 2");
  statistics.gram = {5, -2, -2, -1};
  EXPECT_EQ(statistics.check(), "gram holds -1 for the square of input 1");
}

} // namespace
