//===- ScoreMethods.cpp - Wanda, RIA and the repair of masks ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Methods that choose a mask and leave the kept weights as they are.
//
//===----------------------------------------------------------------------===//

#include "Layer.h"

#include <algorithm>
#include <cmath>

using namespace sparseopt::pruning;

/// ||x_j||^power, over the largest so that products with weights stay in range.
static std::vector<float> getInputNorms(llvm::ArrayRef<double> sumsq,
                                        double power) {
  double largest = 0;
  for (double square : sumsq)
    largest = std::max(largest, square);
  std::vector<float> norms(sumsq.size());
  for (size_t index = 0; index < sumsq.size(); ++index)
    norms[index] =
        largest == 0 ? 0 : float(std::pow(sumsq[index] / largest, power / 2));
  return norms;
}

static std::vector<float> scoreWanda(const Layer &layer,
                                     llvm::ArrayRef<float> norms,
                                     llvm::ThreadPoolInterface *pool) {
  std::vector<float> scores(layer.size());
  parallelForRange(pool, layer.rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      for (int64_t column = 0; column < layer.columns; ++column) {
        int64_t index = row * layer.columns + column;
        scores[index] = std::fabs(layer.values[index]) * norms[column];
      }
  });
  return scores;
}

/// Sums of magnitudes of each row and column; sums over rows are taken in pieces
/// of fixed size.
static void sumMagnitudes(const Layer &layer, std::vector<double> &rowSums,
                          std::vector<double> &columnSums,
                          llvm::ThreadPoolInterface *pool) {
  rowSums.assign(layer.rows, 0);
  columnSums.assign(layer.columns, 0);
  int64_t numPieces = (layer.rows + rowsPerTask - 1) / rowsPerTask;
  std::vector<std::vector<double>> partial(numPieces);
  parallelForRange(
      pool, layer.rows, rowsPerTask, [&](int64_t begin, int64_t end) {
        std::vector<double> &sums = partial[begin / rowsPerTask];
        sums.resize(layer.columns);
        for (int64_t row = begin; row < end; ++row) {
          const float *values = layer.values.data() + row * layer.columns;
          double sum = 0;
          for (int64_t column = 0; column < layer.columns; ++column) {
            double magnitude = std::fabs(values[column]);
            sum += magnitude;
            sums[column] += magnitude;
          }
          rowSums[row] = sum;
        }
      });
  for (const std::vector<double> &sums : partial)
    for (int64_t column = 0; column < layer.columns; ++column)
      columnSums[column] += sums[column];
}

static std::vector<float> scoreRIA(const Layer &layer,
                                   llvm::ArrayRef<float> norms,
                                   llvm::ThreadPoolInterface *pool) {
  std::vector<double> rowSums, columnSums;
  sumMagnitudes(layer, rowSums, columnSums, pool);
  auto invert = [](double sum) { return sum == 0 ? 0 : 1 / sum; };
  std::vector<float> scores(layer.size());
  parallelForRange(pool, layer.rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      for (int64_t column = 0; column < layer.columns; ++column) {
        int64_t index = row * layer.columns + column;
        double relative = invert(rowSums[row]) + invert(columnSums[column]);
        scores[index] =
            float(std::fabs(layer.values[index]) * relative * norms[column]);
      }
  });
  return scores;
}

Mask sparseopt::pruning::chooseByScore(const Layer &layer,
                                       const CalibrationStatistics &statistics,
                                       const CalibratedRequest &request,
                                       const Pattern &pattern,
                                       llvm::ThreadPoolInterface *pool) {
  Scope scope = Scope::Row;
  UnitNorm norm = UnitNorm::L2;
  std::vector<float> scores;
  if (auto *ria = std::get_if<RIAMethod>(&request.method)) {
    scope = ria->scope;
    norm = ria->norm;
    scores = scoreRIA(layer, getInputNorms(statistics.sumsq, ria->power), pool);
  } else {
    if (auto *wanda = std::get_if<WandaMethod>(&request.method)) {
      scope = wanda->scope;
      norm = wanda->norm;
    }
    scores = scoreWanda(layer, getInputNorms(statistics.sumsq, 1), pool);
  }
  return chooseFromScores(scores, layer.rows, layer.columns, pattern, scope,
                          norm, request.sparsity, pool);
}

namespace {

/// Exchanges pruned and kept weights of one row (DSnoT).
class RowRepair {
public:
  RowRepair(llvm::ArrayRef<float> weights, uint8_t *keep,
            llvm::ArrayRef<double> means, llvm::ArrayRef<double> growScales,
            llvm::ArrayRef<float> norms, int64_t groupSize)
      : weights(weights), keep(keep), means(means), growScales(growScales),
        norms(norms), groupSize(groupSize), wasGrown(weights.size()) {}

  void run(const DSnoTMethod &method);

private:
  double contribution(int64_t index) const {
    return double(weights[index]) * means[index];
  }
  int64_t findGrown(double error) const;
  int64_t findPruned(double error, int64_t grown) const;

  llvm::ArrayRef<float> weights;
  uint8_t *keep;
  llvm::ArrayRef<double> means, growScales;
  llvm::ArrayRef<float> norms;
  /// M of an N:M pattern, 0 for unstructured.
  int64_t groupSize;
  std::vector<uint8_t> wasGrown;
};

} // namespace

/// The pruned weight that takes most from the error for its input's variance; -1
/// if none has the error's sign.
int64_t RowRepair::findGrown(double error) const {
  int64_t best = -1;
  double bestKey = 0;
  for (int64_t index = 0; index < int64_t(weights.size()); ++index) {
    if (keep[index])
      continue;
    double key = contribution(index) * growScales[index];
    key = error > 0 ? key : -key;
    if (key > bestKey) {
      bestKey = key;
      best = index;
    }
  }
  return best;
}

/// The kept weight of least score to prune for `grown`; -1 if there is none.
int64_t RowRepair::findPruned(double error, int64_t grown) const {
  int64_t begin = 0, end = weights.size();
  if (groupSize) {
    begin = grown / groupSize * groupSize;
    end = std::min(end, begin + groupSize);
  }
  int64_t best = -1;
  float bestScore = 0;
  for (int64_t index = begin; index < end; ++index) {
    if (!keep[index] || wasGrown[index])
      continue;
    bool hasOppositeSign = contribution(index) * error < 0;
    float score = std::fabs(weights[index]) * norms[index];
    if ((groupSize || hasOppositeSign) && (best < 0 || score < bestScore)) {
      bestScore = score;
      best = index;
    }
  }
  return best;
}

void RowRepair::run(const DSnoTMethod &method) {
  double error = 0;
  for (int64_t index = 0; index < int64_t(weights.size()); ++index)
    if (!keep[index])
      error += contribution(index);
  for (int64_t step = 0; step < method.iterations; ++step) {
    if (std::fabs(error) <= method.threshold)
      return;
    int64_t grown = findGrown(error);
    int64_t pruned = grown < 0 ? -1 : findPruned(error, grown);
    if (pruned < 0)
      return;
    double next = error - contribution(grown) + contribution(pruned);
    if (next * error < 0 || std::fabs(next) >= std::fabs(error))
      return;
    keep[grown] = 1;
    keep[pruned] = 0;
    wasGrown[grown] = 1;
    error = next;
  }
}

Mask sparseopt::pruning::repairMask(const Layer &layer,
                                    const CalibrationStatistics &statistics,
                                    const DSnoTMethod &method,
                                    const Pattern &pattern, Mask mask,
                                    llvm::ThreadPoolInterface *pool) {
  std::vector<float> norms = getInputNorms(statistics.sumsq, 1);
  std::vector<double> means(layer.columns), growScales(layer.columns);
  for (int64_t column = 0; column < layer.columns; ++column) {
    means[column] = statistics.sum[column] / double(statistics.numTokens);
    // An input without variance is fully described by its mean: it goes first.
    double variance = std::max(statistics.var[column], 1e-30);
    growScales[column] = std::pow(variance, -method.power);
  }
  auto *nm = std::get_if<NMPattern>(&pattern);
  int64_t columns = layer.columns;
  parallelForRange(pool, layer.rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      RowRepair({layer.values.data() + row * columns, size_t(columns)},
                mask.data() + row * columns, means, growScales, norms,
                nm ? nm->m : 0)
          .run(method);
  });
  return mask;
}
