//===- Permutation.cpp - Order of channels for N:M --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works on the transpose of the scores, so that the sums over rows vectorise.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Permutation.h"

#include "Layer.h"

#include <algorithm>
#include <limits>
#include <numeric>

using namespace sparseopt::pruning;

/// Groups that one assignment exchanges columns between.
static constexpr int64_t groupsPerAssignment = 128;

std::vector<int64_t>
sparseopt::pruning::assignRows(llvm::ArrayRef<double> values, int64_t size) {
  // Duals and matching, 1-based with 0 for "none".
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> rowDual(size + 1), columnDual(size + 1);
  std::vector<int64_t> rowOfColumn(size + 1), previous(size + 1);
  for (int64_t row = 1; row <= size; ++row) {
    std::vector<double> distance(size + 1, infinity);
    std::vector<uint8_t> isDone(size + 1);
    int64_t column = 0;
    rowOfColumn[0] = row;
    do {
      isDone[column] = 1;
      int64_t from = rowOfColumn[column], next = 0;
      double smallest = infinity;
      for (int64_t other = 1; other <= size; ++other) {
        if (isDone[other])
          continue;
        double cost = -values[(from - 1) * size + other - 1] - rowDual[from] -
                      columnDual[other];
        if (cost < distance[other]) {
          distance[other] = cost;
          previous[other] = column;
        }
        if (distance[other] < smallest) {
          smallest = distance[other];
          next = other;
        }
      }
      for (int64_t other = 0; other <= size; ++other) {
        if (isDone[other]) {
          rowDual[rowOfColumn[other]] += smallest;
          columnDual[other] -= smallest;
        } else {
          distance[other] -= smallest;
        }
      }
      column = next;
    } while (rowOfColumn[column] != 0);
    for (; column != 0; column = previous[column])
      rowOfColumn[column] = rowOfColumn[previous[column]];
  }
  std::vector<int64_t> columnOfRow(size);
  for (int64_t column = 1; column <= size; ++column)
    columnOfRow[rowOfColumn[column] - 1] = column - 1;
  return columnOfRow;
}

namespace {

class ChannelSearch {
public:
  ChannelSearch(llvm::ArrayRef<float> scores, int64_t rows, int64_t columns,
                int64_t n, int64_t m, llvm::ThreadPoolInterface *pool)
      : rows(rows), n(n), m(m), numGroups(columns / m), pool(pool),
        byColumn(transpose<float>(scores, rows, columns, pool)),
        order(columns) {
    std::iota(order.begin(), order.end(), 0);
  }

  void deal();
  void refine(int64_t numRounds);
  std::vector<int64_t> take() { return std::move(order); }

private:
  void exchange(llvm::ArrayRef<int64_t> groups, int64_t slot);
  void findThresholds(int64_t group, int64_t slot, float *thresholds) const;

  int64_t rows, n, m, numGroups;
  llvm::ThreadPoolInterface *pool;
  std::vector<float> byColumn; // [columns, rows]
  std::vector<int64_t> order;
};

} // namespace

/// Deals the columns to the groups from the most important to the least, forth
/// and back.
void ChannelSearch::deal() {
  int64_t count = numGroups * m;
  std::vector<double> importance(count);
  parallelForRange(pool, count, 16, [&](int64_t begin, int64_t end) {
    for (int64_t column = begin; column < end; ++column)
      for (int64_t row = 0; row < rows; ++row)
        importance[column] += byColumn[column * rows + row];
  });
  std::vector<int64_t> sorted(count);
  std::iota(sorted.begin(), sorted.end(), 0);
  std::stable_sort(sorted.begin(), sorted.end(), [&](int64_t a, int64_t b) {
    return importance[a] > importance[b];
  });
  for (int64_t index = 0; index < count; ++index) {
    int64_t slot = index / numGroups, inSlot = index % numGroups;
    int64_t group = slot % 2 == 0 ? inSlot : numGroups - 1 - inSlot;
    order[group * m + slot] = sorted[index];
  }
}

/// For each row the n-th largest score of the group without the column in `slot`:
/// what a column that joins has to exceed. 0 if the group has fewer.
void ChannelSearch::findThresholds(int64_t group, int64_t slot,
                                   float *thresholds) const {
  std::vector<float> rest(m - 1);
  for (int64_t row = 0; row < rows; ++row) {
    int64_t count = 0;
    for (int64_t other = 0; other < m; ++other)
      if (other != slot)
        rest[count++] = byColumn[order[group * m + other] * rows + row];
    if (n > count) {
      thresholds[row] = 0;
      continue;
    }
    std::nth_element(rest.begin(), rest.begin() + (n - 1), rest.end(),
                     std::greater<>());
    thresholds[row] = rest[n - 1];
  }
}

/// Assigns the columns in `slot` of `groups` anew. What a group gains from a
/// column is the sum of what it has above the threshold of each row; the rest
/// does not depend on the column.
void ChannelSearch::exchange(llvm::ArrayRef<int64_t> groups, int64_t slot) {
  int64_t count = groups.size();
  std::vector<double> gains(count * count);
  parallelFor(pool, count, [&](int64_t index) {
    std::vector<float> thresholds(rows);
    findThresholds(groups[index], slot, thresholds.data());
    for (int64_t other = 0; other < count; ++other) {
      const float *column =
          byColumn.data() + order[groups[other] * m + slot] * rows;
      // Four sums, so that additions overlap; their order is fixed.
      float sums[16] = {};
      int64_t row = 0;
      double gain = 0;
      for (; row + 16 <= rows; row += 16)
        for (int64_t lane = 0; lane < 16; ++lane)
          sums[lane] +=
              std::max(0.0f, column[row + lane] - thresholds[row + lane]);
      for (; row < rows; ++row)
        gain += std::max(0.0f, column[row] - thresholds[row]);
      for (float sum : sums)
        gain += sum;
      gains[index * count + other] = gain;
    }
  });
  std::vector<int64_t> assigned = assignRows(gains, count);
  std::vector<int64_t> moved(count);
  for (int64_t index = 0; index < count; ++index)
    moved[index] = order[groups[assigned[index]] * m + slot];
  for (int64_t index = 0; index < count; ++index)
    order[groups[index] * m + slot] = moved[index];
}

void ChannelSearch::refine(int64_t numRounds) {
  int64_t numParts = std::max<int64_t>(
      1, (numGroups + groupsPerAssignment - 1) / groupsPerAssignment);
  for (int64_t round = 0; round < numRounds; ++round)
    for (int64_t slot = 0; slot < m; ++slot)
      for (int64_t part = 0; part < numParts; ++part) {
        // Neighbours in one round, a comb in the next, so that columns travel.
        std::vector<int64_t> groups;
        for (int64_t group = 0; group < numGroups; ++group) {
          int64_t owner =
              round % 2 == 0 ? group % numParts : group * numParts / numGroups;
          if (owner == part)
            groups.push_back(group);
        }
        exchange(groups, slot);
      }
}

double sparseopt::pruning::getRetainedScore(llvm::ArrayRef<float> scores,
                                            int64_t rows, int64_t columns,
                                            int64_t n, int64_t m,
                                            llvm::ArrayRef<int64_t> order,
                                            llvm::ThreadPoolInterface *pool) {
  std::vector<double> ofRow(rows);
  parallelForRange(pool, rows, 16, [&](int64_t begin, int64_t end) {
    std::vector<float> group;
    for (int64_t row = begin; row < end; ++row)
      for (int64_t first = 0; first < columns; first += m) {
        int64_t size = std::min(m, columns - first);
        group.clear();
        for (int64_t place = first; place < first + size; ++place)
          group.push_back(scores[row * columns + order[place]]);
        std::sort(group.begin(), group.end(), std::greater<>());
        for (int64_t index = 0; index < std::min(n, size); ++index)
          ofRow[row] += group[index];
      }
  });
  return std::accumulate(ofRow.begin(), ofRow.end(), 0.0);
}

std::vector<int64_t> sparseopt::pruning::findChannelOrder(
    llvm::ArrayRef<float> scores, int64_t rows, int64_t columns, int64_t n,
    int64_t m, int64_t numRounds, llvm::ThreadPoolInterface *pool) {
  std::vector<int64_t> identity(columns);
  std::iota(identity.begin(), identity.end(), 0);
  if (columns < 2 * m || n >= m || rows == 0)
    return identity;
  ChannelSearch search(scores, rows, columns, n, m, pool);
  search.deal();
  search.refine(numRounds);
  std::vector<int64_t> order = search.take();
  double before = getRetainedScore(scores, rows, columns, n, m, identity, pool);
  double after = getRetainedScore(scores, rows, columns, n, m, order, pool);
  return after > before ? order : identity;
}
