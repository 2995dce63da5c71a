//===- Transposable.cpp - Masks that are N:M both ways ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each tile is a flow from its rows to its columns: every row sends and every
// column takes up to N units, over edges of capacity 1 whose gain is the score.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Transposable.h"

#include "sparse-opt/Pruning/Parallel.h"

#include <algorithm>
#include <limits>

using namespace sparseopt::pruning;

namespace {

/// One tile of at most m x m.
class Tile {
public:
  Tile(int64_t n, int64_t m)
      : n(n), scores(m * m), keep(m * m), rowCount(m), columnCount(m),
        rowGain(m), columnGain(m), rowFrom(m), columnFrom(m) {}

  void solve(const float *source, uint8_t *target, int64_t stride,
             int64_t numRows, int64_t numColumns);

private:
  bool augment();
  void relax();

  int64_t n;
  int64_t height = 0, width = 0;
  std::vector<double> scores;
  std::vector<uint8_t> keep;
  std::vector<int64_t> rowCount, columnCount;
  /// Largest gain of a path from a row with room to each row and column, and
  /// where that path comes from.
  std::vector<double> rowGain, columnGain;
  std::vector<int64_t> rowFrom, columnFrom;
};

} // namespace

/// Gains of the best paths that alternate between adding and removing elements.
/// There is no cycle of positive gain, so that this ends.
void Tile::relax() {
  constexpr double none = -std::numeric_limits<double>::infinity();
  std::fill(columnGain.begin(), columnGain.end(), none);
  for (int64_t row = 0; row < height; ++row) {
    rowGain[row] = rowCount[row] < n ? 0 : none;
    rowFrom[row] = -1;
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (int64_t row = 0; row < height; ++row)
      for (int64_t column = 0; column < width && rowGain[row] != none;
           ++column) {
        double gain = rowGain[row] + scores[row * width + column];
        // A margin, so that rounding makes no endless cycle.
        if (!keep[row * width + column] &&
            gain > columnGain[column] + 1e-12 * std::abs(gain)) {
          columnGain[column] = gain;
          columnFrom[column] = row;
          changed = true;
        }
      }
    for (int64_t column = 0; column < width; ++column)
      for (int64_t row = 0; row < height && columnGain[column] != none; ++row) {
        double gain = columnGain[column] - scores[row * width + column];
        if (keep[row * width + column] &&
            gain > rowGain[row] + 1e-12 * std::abs(gain)) {
          rowGain[row] = gain;
          rowFrom[row] = column;
          changed = true;
        }
      }
  }
}

/// Adds one element, moving others; false if there is no room.
bool Tile::augment() {
  relax();
  int64_t best = -1;
  for (int64_t column = 0; column < width; ++column)
    if (columnCount[column] < n &&
        columnGain[column] != -std::numeric_limits<double>::infinity() &&
        (best < 0 || columnGain[column] > columnGain[best]))
      best = column;
  if (best < 0)
    return false;
  ++columnCount[best];
  int64_t column = best;
  while (true) {
    int64_t row = columnFrom[column];
    keep[row * width + column] = 1;
    if (rowFrom[row] < 0) {
      ++rowCount[row];
      return true;
    }
    column = rowFrom[row];
    keep[row * width + column] = 0;
  }
}

void Tile::solve(const float *source, uint8_t *target, int64_t stride,
                 int64_t numRows, int64_t numColumns) {
  height = numRows;
  width = numColumns;
  for (int64_t row = 0; row < height; ++row)
    for (int64_t column = 0; column < width; ++column)
      scores[row * width + column] = source[row * stride + column];
  std::fill(keep.begin(), keep.end(), 0);
  std::fill(rowCount.begin(), rowCount.end(), 0);
  std::fill(columnCount.begin(), columnCount.end(), 0);
  while (augment()) {
  }
  for (int64_t row = 0; row < height; ++row)
    std::copy_n(keep.begin() + row * width, width, target + row * stride);
}

Mask sparseopt::pruning::chooseTransposableMask(
    llvm::ArrayRef<float> scores, int64_t rows, int64_t columns, int64_t n,
    int64_t m, llvm::ThreadPoolInterface *pool) {
  Mask mask(rows * columns);
  parallelForRange(pool, rows, m, [&](int64_t begin, int64_t end) {
    Tile tile(n, m);
    for (int64_t first = 0; first < columns; first += m) {
      int64_t index = begin * columns + first;
      tile.solve(scores.data() + index, mask.data() + index, columns,
                 end - begin, std::min(m, columns - first));
    }
  });
  return mask;
}
