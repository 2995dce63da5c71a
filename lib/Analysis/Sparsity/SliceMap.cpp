//===- SliceMap.cpp - Sets and maps of slice indices ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants, index sets and slice maps.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/SliceMap.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace sparseopt::facts;

//===----------------------------------------------------------------------===//
// Scalar
//===----------------------------------------------------------------------===//

Scalar Scalar::getFloat(double value) {
  // Adding +0 turns -0 into +0.
  return Scalar(true, llvm::bit_cast<int64_t>(value + 0.0));
}

double Scalar::getFloat() const { return llvm::bit_cast<double>(bits); }

bool Scalar::isNegativeInfinity() const {
  return floating && getFloat() == -HUGE_VAL;
}

bool Scalar::isFinite() const { return !floating || std::isfinite(getFloat()); }

void Scalar::print(llvm::raw_ostream &os) const {
  if (floating)
    os << llvm::format("%.9g", getFloat());
  else
    os << bits;
}

//===----------------------------------------------------------------------===//
// IndexSet
//===----------------------------------------------------------------------===//

IndexSet IndexSet::range(int64_t begin, int64_t end) {
  IndexSet set;
  set.insert(begin, end);
  return set;
}

int64_t IndexSet::size() const {
  int64_t count = 0;
  for (const Run &run : runs)
    count += run.end - run.begin;
  return count;
}

bool IndexSet::contains(int64_t index) const {
  return containsRange(index, index + 1);
}

bool IndexSet::containsRange(int64_t begin, int64_t end) const {
  if (begin >= end)
    return true;
  auto *run = llvm::upper_bound(runs, begin, [](int64_t index, const Run &run) {
    return index < run.end;
  });
  return run != runs.end() && run->begin <= begin && run->end >= end;
}

void IndexSet::insert(int64_t begin, int64_t end) {
  if (begin >= end)
    return;
  if (runs.empty() || runs.back().end < begin) {
    runs.push_back({begin, end});
    return;
  }
  auto *first =
      llvm::lower_bound(runs, begin, [](const Run &run, int64_t index) {
        return run.end < index;
      });
  auto *last = first;
  for (; last != runs.end() && last->begin <= end; ++last) {
    begin = std::min(begin, last->begin);
    end = std::max(end, last->end);
  }
  if (first == last) {
    runs.insert(first, {begin, end});
    return;
  }
  *first = {begin, end};
  runs.erase(first + 1, last);
}

IndexSet IndexSet::unite(const IndexSet &a, const IndexSet &b) {
  IndexSet result;
  const Run *left = a.runs.begin();
  const Run *right = b.runs.begin();
  while (left != a.runs.end() || right != b.runs.end()) {
    bool takeLeft = right == b.runs.end() ||
                    (left != a.runs.end() && left->begin < right->begin);
    const Run *next = takeLeft ? left++ : right++;
    result.insert(next->begin, next->end);
  }
  return result;
}

IndexSet IndexSet::intersect(const IndexSet &a, const IndexSet &b) {
  IndexSet result;
  const Run *left = a.runs.begin();
  const Run *right = b.runs.begin();
  while (left != a.runs.end() && right != b.runs.end()) {
    result.insert(std::max(left->begin, right->begin),
                  std::min(left->end, right->end));
    (left->end < right->end ? left : right)++;
  }
  return result;
}

IndexSet IndexSet::complement(int64_t size) const {
  IndexSet result;
  int64_t begin = 0;
  for (const Run &run : runs) {
    result.insert(begin, std::min(run.begin, size));
    begin = run.end;
  }
  result.insert(begin, size);
  return result;
}

IndexSet IndexSet::shift(int64_t offset, int64_t size) const {
  IndexSet result;
  for (const Run &run : runs)
    result.insert(std::max<int64_t>(run.begin + offset, 0),
                  std::min(run.end + offset, size));
  return result;
}

llvm::SmallVector<int64_t> IndexSet::getIndices() const {
  llvm::SmallVector<int64_t> indices;
  for (const Run &run : runs)
    for (int64_t index = run.begin; index < run.end; ++index)
      indices.push_back(index);
  return indices;
}

void IndexSet::print(llvm::raw_ostream &os) const {
  llvm::interleaveComma(runs, os, [&](const Run &run) {
    os << run.begin;
    if (run.end - run.begin > 1)
      os << ".." << run.end - 1;
  });
}

//===----------------------------------------------------------------------===//
// SliceMap
//===----------------------------------------------------------------------===//

SliceMap SliceMap::constant(int64_t begin, int64_t end, Scalar value) {
  SliceMap map;
  map.append(begin, end, value);
  return map;
}

void SliceMap::append(int64_t begin, int64_t end, Scalar value) {
  if (begin >= end)
    return;
  if (!runs.empty() && runs.back().end == begin && runs.back().value == value)
    runs.back().end = end;
  else
    runs.push_back({begin, end, value});
}

std::optional<Scalar> SliceMap::lookup(int64_t index) const {
  return lookupRange(index, index + 1);
}

std::optional<Scalar> SliceMap::lookupRange(int64_t begin, int64_t end) const {
  if (begin >= end)
    return std::nullopt;
  auto *run = llvm::upper_bound(runs, begin, [](int64_t index, const Run &run) {
    return index < run.end;
  });
  if (run == runs.end() || run->begin > begin || run->end < end)
    return std::nullopt;
  return run->value;
}

SliceMap SliceMap::intersect(const SliceMap &a, const SliceMap &b) {
  SliceMap result;
  const Run *left = a.runs.begin();
  const Run *right = b.runs.begin();
  while (left != a.runs.end() && right != b.runs.end()) {
    if (left->value == right->value)
      result.append(std::max(left->begin, right->begin),
                    std::min(left->end, right->end), left->value);
    (left->end < right->end ? left : right)++;
  }
  return result;
}

SliceMap SliceMap::unite(const SliceMap &a, const SliceMap &b) {
  SliceMap result;
  const Run *right = b.runs.begin();
  int64_t position = 0;
  // Appends what `b` says about [position, end).
  auto fillGap = [&](int64_t end) {
    while (right != b.runs.end() && right->begin < end) {
      result.append(std::max(right->begin, position), std::min(right->end, end),
                    right->value);
      if (right->end > end)
        return;
      ++right;
    }
  };
  for (const Run &run : a.runs) {
    fillGap(run.begin);
    result.append(run.begin, run.end, run.value);
    position = run.end;
    while (right != b.runs.end() && right->end <= position)
      ++right;
  }
  fillGap(std::numeric_limits<int64_t>::max());
  return result;
}

SliceMap SliceMap::shift(int64_t offset, int64_t size) const {
  SliceMap result;
  for (const Run &run : runs)
    result.append(std::max<int64_t>(run.begin + offset, 0),
                  std::min(run.end + offset, size), run.value);
  return result;
}

IndexSet SliceMap::getZeros() const {
  IndexSet zeros;
  for (const Run &run : runs)
    if (run.value.isZero())
      zeros.insert(run.begin, run.end);
  return zeros;
}
