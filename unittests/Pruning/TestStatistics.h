//===- TestStatistics.h - Statistics of random inputs -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration data for tests of the methods that read it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_UNITTESTS_PRUNING_TESTSTATISTICS_H
#define SPARSEOPT_UNITTESTS_PRUNING_TESTSTATISTICS_H

#include "sparse-opt/Pruning/CalibrationStatistics.h"

#include <algorithm>
#include <random>
#include <vector>

namespace sparseopt::pruning {

/// Statistics of correlated inputs with one outlier and one dead input.
struct TestStatistics {
  int64_t numTokens = 200;
  std::vector<double> sum, sumsq, var, gram;

  TestStatistics(int64_t size, unsigned seed)
      : sum(size), sumsq(size), var(size), gram(size * size) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> x(size);
    for (int64_t token = 0; token < numTokens; ++token) {
      double common = normal(random);
      for (int64_t index = 0; index < size; ++index)
        x[index] = normal(random) * 0.5 + common + 0.3;
      x[size / 2] *= 20;
      x[size / 3] = 0;
      for (int64_t row = 0; row < size; ++row) {
        sum[row] += x[row];
        for (int64_t column = 0; column < size; ++column)
          gram[row * size + column] += x[row] * x[column];
      }
    }
    for (int64_t index = 0; index < size; ++index) {
      sumsq[index] = gram[index * size + index];
      double mean = sum[index] / double(numTokens);
      var[index] =
          std::max(0.0, sumsq[index] / double(numTokens) - mean * mean);
    }
  }

  CalibrationStatistics view() const {
    return {numTokens, sum, sumsq, var, gram};
  }
};

} // namespace sparseopt::pruning

#endif // SPARSEOPT_UNITTESTS_PRUNING_TESTSTATISTICS_H
