//===- PatternCheck.h - Patterns against data -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact checks of a weight's zeros: does a pattern hold, where is it first
// violated, and which patterns does a weight that arrives sparse already have.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_PATTERNCHECK_H
#define SPARSEOPT_PRUNING_PATTERNCHECK_H

#include "sparse-opt/Pruning/Element.h"
#include "sparse-opt/Pruning/Pattern.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// A group with too many nonzeros.
struct Violation {
  /// Index of the group's first element, one number per dimension.
  llvm::SmallVector<int64_t> index;
  /// Index along dimension 0, and number of the group along the pattern's
  /// dimension.
  int64_t row = 0;
  int64_t group = 0;
  /// The group's elements in order.
  std::vector<double> values;
};

/// Result of a check. The groups of N:M are its groups, the groups of the other
/// patterns their blocks, slices or elements. Only N:M can be violated: every
/// weight is a union of blocks, slices or elements that hold its nonzeros.
struct PatternReport {
  int64_t numGroups = 0;
  int64_t numViolations = 0;
  /// The violation at the lowest position.
  std::optional<Violation> first;
  /// Number of groups by their number of nonzeros.
  std::map<int64_t, int64_t> histogram;

  /// Number of elements in blocks or slices that are all zero; groups at the
  /// end of a dimension are cut, so this is no multiple of the size. 0 for N:M.
  int64_t numZeroGroupElements = 0;

  bool holds() const { return numViolations == 0; }
};

/// Checks `pattern`, which has to fit the weight's shape, against the data.
/// Both zeros count as zero and NaN as a nonzero.
PatternReport checkPattern(TensorRef weight, const Pattern &pattern,
                           llvm::ThreadPoolInterface *pool);

/// Number of elements that are not zero; NaN counts, both zeros do not.
int64_t countNonzeros(TensorRef weight, llvm::ThreadPoolInterface *pool);

/// What `detectPatterns` looks for.
struct DetectOptions {
  /// Dimension along which N:M patterns are looked for.
  int64_t dim = 0;
  /// Group sizes M; for each the smallest N that holds is found. It counts when
  /// N / M is at most `maxDensity` and the weight has at least half of the
  /// nonzeros that N:M allows: random zeros satisfy loose patterns by chance.
  llvm::SmallVector<int64_t> groupSizes = {2, 4, 8, 16};
  /// Block sizes over the trailing two dimensions, preferred in this order; a
  /// block counts when its zero blocks hold 99 % of the weight's zeros.
  llvm::SmallVector<llvm::SmallVector<int64_t, 4>> blockSizes = {
      {64, 64}, {32, 32}, {16, 16}, {8, 8}, {4, 4}, {16, 1},
      {1, 16},  {8, 1},   {1, 8},   {4, 1}, {1, 4}};
  /// Largest fraction of nonzeros of a weight that counts as sparse.
  double maxDensity = 0.75;
};

/// Patterns of the zeros of `weight`: the N:M patterns that hold, without those
/// that another one implies; slices along dimension 0 or `dim` if zero slices
/// hold 99 % of the zeros, or else the first block that does (then only N:M with
/// N / M of at most 1/2 count); `unstructured` if there is none of these. Empty
/// if the weight is empty or more than `maxDensity` of it is nonzero.
std::vector<Pattern> detectPatterns(TensorRef weight,
                                    const DetectOptions &options,
                                    llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_PATTERNCHECK_H
