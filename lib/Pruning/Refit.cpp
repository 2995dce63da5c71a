//===- Refit.cpp - Least squares on a fixed support -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conjugate gradients for all rows at once. Each row has a support of its own,
// so its own linear system; they share the products with the Gram matrix.
//
//===----------------------------------------------------------------------===//

#include "Layer.h"

#include "sparse-opt/Pruning/Blas.h"

#include <algorithm>

using namespace sparseopt::pruning;

namespace {

/// Conjugate gradients on a block of rows.
class RowBlockSolver {
public:
  RowBlockSolver(const Blas &blas, const float *gram, const float *target,
                 float *solution, const uint8_t *mask, int64_t rows,
                 int64_t columns)
      : blas(blas), gram(gram), target(target), solution(solution), mask(mask),
        rows(rows), columns(columns), residual(rows * columns),
        direction(rows * columns), product(rows * columns), squares(rows) {}

  void run(int64_t iterations) {
    start();
    for (int64_t step = 0; step < iterations; ++step)
      advance();
  }

private:
  void start();
  void advance();
  void multiply(const std::vector<float> &factor, std::vector<float> &result) {
    blas.gemm(Blas::Transpose::No, rows, columns, columns, 1.0f, factor.data(),
              columns, gram, columns, 0.0f, result.data(), columns);
  }

  const Blas &blas;
  const float *gram, *target;
  float *solution;
  const uint8_t *mask;
  int64_t rows, columns;
  std::vector<float> residual, direction, product;
  /// Squared norm of each row's residual.
  std::vector<double> squares;
};

} // namespace

void RowBlockSolver::start() {
  for (int64_t index = 0; index < rows * columns; ++index)
    direction[index] = target[index] - solution[index];
  multiply(direction, residual);
  for (int64_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (int64_t column = 0; column < columns; ++column) {
      int64_t index = row * columns + column;
      residual[index] = mask[index] ? residual[index] : 0;
      sum += double(residual[index]) * residual[index];
    }
    squares[row] = sum;
  }
  direction = residual;
}

void RowBlockSolver::advance() {
  multiply(direction, product);
  for (int64_t row = 0; row < rows; ++row) {
    float *r = residual.data() + row * columns;
    float *p = direction.data() + row * columns;
    const float *q = product.data() + row * columns;
    const uint8_t *keep = mask + row * columns;
    float *x = solution + row * columns;
    double curvature = 0;
    for (int64_t column = 0; column < columns; ++column)
      curvature += double(p[column]) * q[column]; // p is zero off the support.
    if (!(curvature > 0) || squares[row] == 0)
      continue;
    auto step = float(squares[row] / curvature);
    double sum = 0;
    for (int64_t column = 0; column < columns; ++column) {
      x[column] += step * p[column];
      r[column] = keep[column] ? r[column] - step * q[column] : 0;
      sum += double(r[column]) * r[column];
    }
    auto ratio = float(sum / squares[row]);
    squares[row] = sum;
    for (int64_t column = 0; column < columns; ++column)
      p[column] = r[column] + ratio * p[column];
  }
}

void sparseopt::pruning::refitScaled(
    const Blas &blas, llvm::ArrayRef<float> gram, llvm::ArrayRef<float> target,
    float *pruned, const Mask &mask, int64_t rows, int64_t columns,
    int64_t iterations, llvm::ThreadPoolInterface *pool) {
  parallelForRange(pool, rows, rowsPerTask, [&](int64_t begin, int64_t end) {
    int64_t first = begin * columns;
    RowBlockSolver(blas, gram.data(), target.data() + first, pruned + first,
                   mask.data() + first, end - begin, columns)
        .run(iterations);
  });
}

/// Damping of a fit after a method that has none of its own.
static constexpr double refitDamping = 0.01;

llvm::Error sparseopt::pruning::refit(Layer &layer,
                                      llvm::ArrayRef<float> original,
                                      llvm::ArrayRef<double> gram,
                                      const Mask &mask, int64_t iterations,
                                      llvm::ThreadPoolInterface *pool) {
  llvm::Expected<const Blas *> blas = Blas::get();
  if (!blas)
    return blas.takeError();
  llvm::Expected<ScaledGram> scaled = ScaledGram::get(gram, layer.columns);
  if (!scaled)
    return scaled.takeError();
  std::vector<float> matrix = scaled->toFloat(refitDamping, pool);
  llvm::ArrayRef<double> scales = scaled->getScales();
  std::vector<float> target(layer.size());
  for (int64_t row = 0; row < layer.rows; ++row)
    for (int64_t column = 0; column < layer.columns; ++column) {
      int64_t index = row * layer.columns + column;
      target[index] = float(original[index] * scales[column]);
      layer.values[index] = float(layer.values[index] * scales[column]);
    }
  refitScaled(**blas, matrix, target, layer.values.data(), mask, layer.rows,
              layer.columns, iterations, pool);
  for (int64_t row = 0; row < layer.rows; ++row)
    for (int64_t column = 0; column < layer.columns; ++column) {
      float &value = layer.values[row * layer.columns + column];
      value = float(value / scales[column]);
    }
  return llvm::Error::success();
}
