//===- OutputEnergy.cpp - What pruning does to a layer's output -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quadratic forms of rows with a Gram matrix. A block of rows is multiplied with
// one row of the matrix at a time, which is read once per block and only up to
// its diagonal; zero elements cost nothing.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/OutputEnergy.h"

#include "sparse-opt/Pruning/Parallel.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace sparseopt::pruning;

/// Rows that share one pass over the Gram matrix. Fixed, since partial sums are
/// taken over blocks.
static constexpr int64_t rowsPerBlock = 16;

/// Sum of products, in eight interleaved partial sums that vectorize.
static double dot(const double *a, const double *b, int64_t size) {
  double partial[8] = {};
  int64_t index = 0;
  for (; index + 8 <= size; index += 8)
    for (int64_t lane = 0; lane < 8; ++lane)
      partial[lane] += a[index + lane] * b[index + lane];
  double sum = ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
               ((partial[4] + partial[5]) + (partial[6] + partial[7]));
  for (; index < size; ++index)
    sum += a[index] * b[index];
  return sum;
}

/// Sum over `count` rows of x G x^T, from the lower triangle of G.
static double computeEnergy(const double *rows, int64_t count, int64_t columns,
                            const double *gram) {
  double diagonal = 0, below = 0;
  for (int64_t column = 0; column < columns; ++column) {
    const double *gramRow = gram + column * columns;
    for (int64_t row = 0; row < count; ++row) {
      const double *values = rows + row * columns;
      double value = values[column];
      if (value == 0)
        continue;
      diagonal += value * value * gramRow[column];
      below += value * dot(values, gramRow, column);
    }
  }
  return diagonal + 2 * below;
}

/// Sum of the energies of all blocks of rows, which `load(begin, end, out)`
/// writes as doubles.
static double
sumBlocks(int64_t rows, int64_t columns, llvm::ArrayRef<double> gram,
          llvm::ThreadPoolInterface *pool,
          llvm::function_ref<void(int64_t, int64_t, double *)> load) {
  std::vector<double> energies((rows + rowsPerBlock - 1) / rowsPerBlock);
  parallelForRange(pool, rows, rowsPerBlock, [&](int64_t begin, int64_t end) {
    std::vector<double> block((end - begin) * columns);
    load(begin * columns, end * columns, block.data());
    energies[begin / rowsPerBlock] =
        computeEnergy(block.data(), end - begin, columns, gram.data());
  });
  double total = 0;
  for (double energy : energies)
    total += energy;
  return total;
}

double
sparseopt::pruning::computeOutputEnergy(TensorRef weight,
                                        llvm::ArrayRef<double> gram,
                                        llvm::ThreadPoolInterface *pool) {
  return dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *values = static_cast<const typename Element::Storage *>(weight.data);
    return sumBlocks(weight.shape[0], weight.shape[1], gram, pool,
                     [&](int64_t begin, int64_t end, double *out) {
                       for (int64_t index = begin; index < end; ++index)
                         *out++ = Element::toDouble(values[index]);
                     });
  });
}

double sparseopt::pruning::computeLostEnergy(TensorRef weight, TensorRef pruned,
                                             llvm::ArrayRef<double> gram,
                                             llvm::ThreadPoolInterface *pool) {
  return dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    using Storage = typename Element::Storage;
    auto *before = static_cast<const Storage *>(weight.data);
    auto *after = static_cast<const Storage *>(pruned.data);
    return sumBlocks(weight.shape[0], weight.shape[1], gram, pool,
                     [&](int64_t begin, int64_t end, double *out) {
                       for (int64_t index = begin; index < end; ++index)
                         *out++ = Element::toDouble(before[index]) -
                                  Element::toDouble(after[index]);
                     });
  });
}

double sparseopt::pruning::getRelativeError(double lost, double all) {
  if (all > 0 && !std::isnan(lost))
    return std::max(0.0, lost / all);
  return all >= 0 && lost <= 0 ? 0.0 : 1.0;
}
