//===- ADMM.cpp - Alternating directions ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ADMM with a mask that is chosen anew in each iteration, and ALPS, which grows
// the penalty while the mask still changes and ends with a least squares fit.
// Both work on inputs scaled to unit norm and solve with a Cholesky factor; rows
// are independent but for the choice of the mask.
//
//===----------------------------------------------------------------------===//

#include "Cholesky.h"
#include "Layer.h"

#include <algorithm>
#include <cmath>

using namespace sparseopt::pruning;

namespace {

class Alternation {
public:
  Alternation(const Blas &blas, const ScaledGram &gram, Layer &layer,
              const CalibratedRequest &request, const Pattern &pattern,
              llvm::ThreadPoolInterface *pool)
      : blas(blas), gram(gram), layer(layer), pattern(pattern),
        sparsity(request.sparsity), pool(pool), rows(layer.rows),
        columns(layer.columns) {}

  llvm::Expected<Mask> runADMM(const ADMMMethod &method, double &damping);
  llvm::Expected<Mask> runALPS(const ALPSMethod &method, double &damping);

private:
  void prepare(double damping);
  llvm::Error factor(double &damping);
  void choose(Scope scope, double progress);
  void step();
  int64_t updatePenalty(const Mask &before);
  void finish();

  template <typename Fn>
  void forEachElement(Fn fn) {
    parallelForRange(pool, rows * columns, elementsPerTask,
                     [&](int64_t begin, int64_t end) {
                       for (int64_t index = begin; index < end; ++index)
                         fn(index);
                     });
  }

  const Blas &blas;
  const ScaledGram &gram;
  Layer &layer;
  const Pattern &pattern;
  std::optional<double> sparsity;
  llvm::ThreadPoolInterface *pool;
  int64_t rows, columns;

  double penalty = 1;
  /// Factor of gram + penalty, in f32.
  std::vector<float> lower;
  /// Scaled weight times the damped Gram matrix.
  std::vector<float> target;
  /// Solution plus scaled multiplier: what the mask is chosen from.
  std::vector<float> sum;
  Mask mask;
};

} // namespace

/// Scales the weight and multiplies it with the damped Gram matrix.
void Alternation::prepare(double damping) {
  llvm::ArrayRef<double> scales = gram.getScales();
  sum.resize(rows * columns);
  forEachElement([&](int64_t index) {
    sum[index] = float(layer.values[index] * scales[index % columns]);
  });
  std::vector<float> matrix = gram.toFloat(damping, pool);
  target.resize(rows * columns);
  parallelForRange(pool, rows, rowsPerTask, [&](int64_t begin, int64_t end) {
    blas.gemm(Blas::Transpose::No, end - begin, columns, columns, 1.0f,
              sum.data() + begin * columns, columns, matrix.data(), columns,
              0.0f, target.data() + begin * columns, columns);
  });
}

llvm::Error Alternation::factor(double &damping) {
  auto fill = [&](double *values, double amount) {
    gram.fillLower(values, amount + penalty, pool);
  };
  llvm::Expected<DampedFactor> factor =
      factorDamped(blas, columns, damping, fill, pool);
  if (!factor)
    return factor.takeError();
  damping = factor->damping;
  lower.resize(columns * columns);
  parallelForRange(pool, columns, 64, [&](int64_t begin, int64_t end) {
    std::copy(factor->lower.begin() + begin * columns,
              factor->lower.begin() + end * columns,
              lower.begin() + begin * columns);
  });
  return llvm::Error::success();
}

/// The mask at `progress` in (0, 1]: at 1 the pattern. Before, the pattern's
/// mask and beside it the largest of the others, until the fraction of zeros is
/// `progress` of the final one.
void Alternation::choose(Scope scope, double progress) {
  bool isNM = std::holds_alternative<NMPattern>(pattern);
  std::optional<double> wanted = sparsity;
  if (!isNM)
    wanted = *sparsity * progress;
  mask = chooseFromScores(sum, rows, columns, pattern, scope, UnitNorm::L2,
                          wanted, pool);
  if (!isNM || progress >= 1)
    return;
  std::vector<float> rest(rows * columns);
  forEachElement([&](int64_t index) {
    rest[index] = mask[index] ? HUGE_VALF : sum[index];
  });
  auto *nm = std::get_if<NMPattern>(&pattern);
  double final = 1.0 - double(nm->n) / double(nm->m);
  mask = chooseFromScores(rest, rows, columns, UnstructuredPattern(), scope,
                          UnitNorm::L2, final * progress, pool);
}

/// The multiplier is what the mask removes from `sum`; then solves for the
/// layer's output with the penalty.
void Alternation::step() {
  parallelForRange(pool, rows, rowsPerTask, [&](int64_t begin, int64_t end) {
    int64_t first = begin * columns, count = (end - begin) * columns;
    std::vector<float> solution(count);
    auto scale = float(penalty);
    for (int64_t index = 0; index < count; ++index) {
      float signedSum =
          mask[first + index] ? sum[first + index] : -sum[first + index];
      solution[index] = target[first + index] + scale * signedSum;
    }
    blas.solveLower(Blas::Transpose::Yes, end - begin, columns, lower.data(),
                    columns, solution.data(), columns);
    blas.solveLower(Blas::Transpose::No, end - begin, columns, lower.data(),
                    columns, solution.data(), columns);
    for (int64_t index = 0; index < count; ++index) {
      float multiplier = mask[first + index] ? 0 : sum[first + index];
      sum[first + index] = solution[index] + multiplier;
    }
  });
}

/// Masks the sum and undoes the scaling.
void Alternation::finish() {
  llvm::ArrayRef<double> scales = gram.getScales();
  forEachElement([&](int64_t index) {
    layer.values[index] =
        mask[index] ? float(sum[index] / scales[index % columns]) : 0;
  });
}

llvm::Expected<Mask> Alternation::runADMM(const ADMMMethod &method,
                                          double &damping) {
  if (llvm::Error error = factor(damping))
    return std::move(error);
  prepare(damping);
  // The last quarter of the iterations is for the values alone.
  int64_t numChoices = std::max<int64_t>(1, method.iterations * 3 / 4);
  int64_t gradual = std::clamp<int64_t>(method.gradual, 1, numChoices);
  for (int64_t iteration = 0; iteration < method.iterations; ++iteration) {
    double left = std::max(0.0, 1.0 - double(iteration + 1) / double(gradual));
    if (iteration < numChoices)
      choose(method.scope, 1.0 - left * left * left);
    step();
  }
  finish();
  return std::move(mask);
}

/// Grows the penalty by how much of the mask changed; returns the number of
/// changes.
int64_t Alternation::updatePenalty(const Mask &before) {
  int64_t numKept = 0, numChanged = 0;
  for (int64_t index = 0; index < rows * columns; ++index) {
    numKept += mask[index];
    numChanged += mask[index] && !before[index];
  }
  double fraction = double(numChanged) / double(std::max<int64_t>(1, numKept));
  double factor = fraction > 0.1 ? 1.3 : fraction > 0.005 ? 1.2 : 1.1;
  penalty *= factor;
  // The multiplier is scaled by the penalty.
  forEachElement([&](int64_t index) {
    if (!mask[index])
      sum[index] = float(sum[index] / factor);
  });
  return numChanged;
}

llvm::Expected<Mask> Alternation::runALPS(const ALPSMethod &method,
                                          double &damping) {
  // Iterations between two changes of the penalty, and of the final fit.
  constexpr int64_t period = 3, minIterations = 30, fitIterations = 10;
  penalty = 0.1;
  if (llvm::Error error = factor(damping))
    return std::move(error);
  prepare(damping);
  std::vector<float> dense = sum;
  choose(method.scope, 1);
  Mask before = mask;
  for (int64_t iteration = 1; iteration <= method.iterations; ++iteration) {
    step();
    choose(method.scope, 1);
    if (iteration % period != 0)
      continue;
    int64_t numChanged = updatePenalty(before);
    before = mask;
    double fraction =
        double(numChanged) / double(std::max<size_t>(1, mask.size()));
    if (numChanged == 0 || (iteration >= minIterations && fraction < 3e-4))
      break;
    if (llvm::Error error = factor(damping))
      return std::move(error);
  }
  forEachElement([&](int64_t index) {
    if (!mask[index])
      sum[index] = 0;
  });
  std::vector<float> matrix = gram.toFloat(damping, pool);
  refitScaled(blas, matrix, dense, sum.data(), mask, rows, columns,
              fitIterations, pool);
  finish();
  return std::move(mask);
}

llvm::Expected<Mask> sparseopt::pruning::runADMM(
    Layer &layer, llvm::ArrayRef<double> gram, const CalibratedRequest &request,
    const Pattern &pattern, double &damping, llvm::ThreadPoolInterface *pool) {
  llvm::Expected<const Blas *> blas = Blas::get();
  if (!blas)
    return blas.takeError();
  llvm::Expected<ScaledGram> scaled = ScaledGram::get(gram, layer.columns);
  if (!scaled)
    return scaled.takeError();
  Alternation alternation(**blas, *scaled, layer, request, pattern, pool);
  if (auto *admm = std::get_if<ADMMMethod>(&request.method))
    return alternation.runADMM(*admm, damping);
  return alternation.runALPS(std::get<ALPSMethod>(request.method), damping);
}
