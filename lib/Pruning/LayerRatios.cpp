//===- LayerRatios.cpp - Sparsity of each layer -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Outlier ratios and the sparsities that follow from them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/LayerRatios.h"

#include "Layer.h"

#include <algorithm>
#include <cmath>

using namespace sparseopt::pruning;

llvm::Expected<double> sparseopt::pruning::computeOutlierRatio(
    TensorRef weight, const CalibrationStatistics &statistics, int64_t inputDim,
    double multiple, llvm::ThreadPoolInterface *pool) {
  if (weight.shape.size() != 2)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "statistics belong to a weight of rank 2");
  if (llvm::Error error = verifyStatistics(statistics, weight.shape[inputDim],
                                           /*needsGram=*/false))
    return std::move(error);
  Layer layer = loadLayer(weight, inputDim, pool);
  if (layer.size() == 0)
    return 0.0;
  std::vector<double> norms(layer.columns), sums(layer.rows);
  for (int64_t column = 0; column < layer.columns; ++column)
    norms[column] = std::sqrt(statistics.sumsq[column]);
  auto getScore = [&](int64_t row, int64_t column) {
    return std::fabs(double(layer.values[row * layer.columns + column])) *
           norms[column];
  };
  parallelForRange(pool, layer.rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      for (int64_t column = 0; column < layer.columns; ++column)
        sums[row] += getScore(row, column);
  });
  double mean = 0;
  for (double sum : sums)
    mean += sum / double(layer.size());
  std::vector<int64_t> counts(layer.rows);
  parallelForRange(pool, layer.rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      for (int64_t column = 0; column < layer.columns; ++column)
        counts[row] += getScore(row, column) > multiple * mean;
  });
  int64_t count = 0;
  for (int64_t inRow : counts)
    count += inRow;
  return 100.0 * double(count) / double(layer.size());
}

std::vector<double>
sparseopt::pruning::chooseLayerSparsities(llvm::ArrayRef<double> outlierRatios,
                                          double sparsity, double spread,
                                          llvm::ArrayRef<int64_t> sizes) {
  std::vector<double> result(outlierRatios.size(), sparsity);
  if (outlierRatios.empty())
    return result;
  auto [smallest, largest] =
      std::minmax_element(outlierRatios.begin(), outlierRatios.end());
  double range = *largest - *smallest;
  spread = std::min({spread, sparsity / 2, (1 - sparsity) / 2});
  if (range == 0 || spread <= 0)
    return result;
  // Ratios scaled to [0, 2 spread]; what they exceed their mean by is taken off.
  double mean = 0, total = 0;
  for (size_t index = 0; index < result.size(); ++index) {
    double share = sizes.empty() ? 1.0 : double(sizes[index]);
    mean += share * (outlierRatios[index] - *smallest) / range * 2 * spread;
    total += share;
  }
  mean /= total;
  for (size_t index = 0; index < result.size(); ++index) {
    double scaled = (outlierRatios[index] - *smallest) / range * 2 * spread;
    result[index] = sparsity - (scaled - mean);
  }
  return result;
}
