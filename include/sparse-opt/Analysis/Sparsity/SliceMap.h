//===- SliceMap.h - Sets and maps of slice indices --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is known about the slices of one dimension, as runs of indices: the cost
// grows with the number of runs, not with the number of elements. No IR.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_SLICEMAP_H
#define SPARSEOPT_ANALYSIS_SPARSITY_SLICEMAP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace sparseopt::facts {

/// A constant element. Floats of every width are held as `double`, which is
/// exact; integers as `int64_t`. A float zero stands for both +0 and -0: whoever
/// computes with it must get the same result for either sign.
class Scalar {
public:
  Scalar() = default;
  static Scalar getFloat(double value);
  static Scalar getInteger(int64_t value) { return Scalar(false, value); }

  bool isFloat() const { return floating; }
  double getFloat() const;
  int64_t getInteger() const { return bits; }

  bool isZero() const { return bits == 0; }
  bool isNegativeInfinity() const;
  /// Neither an infinity nor a NaN.
  bool isFinite() const;

  bool operator==(const Scalar &other) const {
    return floating == other.floating && bits == other.bits;
  }
  bool operator!=(const Scalar &other) const { return !(*this == other); }

  void print(llvm::raw_ostream &os) const;

private:
  Scalar(bool floating, int64_t bits) : floating(floating), bits(bits) {}

  bool floating = true;
  int64_t bits = 0;
};

/// A set of indices as sorted, disjoint, non-adjacent runs [begin, end).
class IndexSet {
public:
  struct Run {
    int64_t begin, end;
    bool operator==(const Run &other) const {
      return begin == other.begin && end == other.end;
    }
  };

  IndexSet() = default;
  /// [begin, end).
  static IndexSet range(int64_t begin, int64_t end);

  llvm::ArrayRef<Run> getRuns() const { return runs; }
  bool empty() const { return runs.empty(); }
  int64_t size() const;
  bool contains(int64_t index) const;
  bool containsRange(int64_t begin, int64_t end) const;

  /// Adds [begin, end).
  void insert(int64_t begin, int64_t end);
  void insert(int64_t index) { insert(index, index + 1); }

  static IndexSet unite(const IndexSet &a, const IndexSet &b);
  static IndexSet intersect(const IndexSet &a, const IndexSet &b);
  /// The indices of [0, size) that are not in the set.
  IndexSet complement(int64_t size) const;
  /// All indices moved by `offset`, then cut to [0, size).
  IndexSet shift(int64_t offset, int64_t size) const;
  /// The members in increasing order.
  llvm::SmallVector<int64_t> getIndices() const;

  bool operator==(const IndexSet &other) const { return runs == other.runs; }
  bool operator!=(const IndexSet &other) const { return !(*this == other); }

  /// `3, 5..7` (both ends included).
  void print(llvm::raw_ostream &os) const;

private:
  llvm::SmallVector<Run, 2> runs;
};

/// For some indices of a dimension the constant that every element of the slice
/// has, as sorted, disjoint runs; neighbours have different values.
class SliceMap {
public:
  struct Run {
    int64_t begin, end;
    Scalar value;
    bool operator==(const Run &other) const {
      return begin == other.begin && end == other.end && value == other.value;
    }
  };

  static SliceMap constant(int64_t begin, int64_t end, Scalar value);

  llvm::ArrayRef<Run> getRuns() const { return runs; }
  bool empty() const { return runs.empty(); }
  std::optional<Scalar> lookup(int64_t index) const;
  /// The value that all of [begin, end) share; none for an empty range.
  std::optional<Scalar> lookupRange(int64_t begin, int64_t end) const;

  /// Appends a run at or behind the end of the last one.
  void append(int64_t begin, int64_t end, Scalar value);

  /// What both maps say.
  static SliceMap intersect(const SliceMap &a, const SliceMap &b);
  /// What either map says; `a` where they contradict each other.
  static SliceMap unite(const SliceMap &a, const SliceMap &b);
  /// All runs moved by `offset`, then cut to [0, size).
  SliceMap shift(int64_t offset, int64_t size) const;

  /// The indices whose slices are all zero.
  IndexSet getZeros() const;

  bool operator==(const SliceMap &other) const { return runs == other.runs; }
  bool operator!=(const SliceMap &other) const { return !(*this == other); }

private:
  llvm::SmallVector<Run, 2> runs;
};

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_SLICEMAP_H
