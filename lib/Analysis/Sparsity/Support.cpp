//===- Support.cpp - Positions that may differ from the fill ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patterns, tiles and counts of the elements that may differ from the fill value.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/ValueFacts.h"

using namespace sparseopt;
using namespace sparseopt::facts;
using pruning::NMPattern;

bool Support::implies(const NMPattern &pattern, int64_t rank) const {
  return llvm::any_of(patterns, [&](const NMPattern &known) {
    return pruning::implies(known, pattern, rank);
  });
}

void Support::addPattern(const NMPattern &pattern, int64_t rank) {
  if (pattern.n >= pattern.m || implies(pattern, rank))
    return;
  llvm::erase_if(patterns, [&](const NMPattern &known) {
    return pruning::implies(pattern, known, rank);
  });
  // Sorted, so that equal sets compare equal.
  auto key = [](const NMPattern &p) { return std::tuple(p.dim, p.m, p.n); };
  auto *place = llvm::lower_bound(
      patterns, pattern,
      [&](const NMPattern &a, const NMPattern &b) { return key(a) < key(b); });
  patterns.insert(place, pattern);
}

/// Tiles that `combine` makes of those of both sides; none if they differ in
/// size.
template <typename Combine>
static std::optional<BlockMap> combineBlocks(const std::optional<BlockMap> &a,
                                             const std::optional<BlockMap> &b,
                                             Combine combine) {
  if (!a || !b || !a->hasSameTiles(*b))
    return std::nullopt;
  BlockMap result = *a;
  combine(result.filled, b->filled);
  if (result.filled.none())
    return std::nullopt;
  return result;
}

static void andBits(llvm::BitVector &a, const llvm::BitVector &b) { a &= b; }
static void orBits(llvm::BitVector &a, const llvm::BitVector &b) { a |= b; }

/// Smallest N for which `support` implies N:m along `dim`; m if there is none.
static int64_t getSmallestN(const Support &support, int64_t m, int64_t dim,
                            int64_t rank) {
  for (int64_t n = 1; n < m; ++n)
    if (support.implies({n, m, dim}, rank))
      return n;
  return m;
}

/// Adds for each group size `combine` of what both sides imply for it. Group
/// sizes that neither side names count too: 1:2 and 2:8 both imply 2:4.
template <typename Combine>
static void combinePatterns(const Support &a, const Support &b, int64_t rank,
                            Combine combine, Support &result) {
  llvm::SmallVector<std::pair<int64_t, int64_t>> candidates;
  for (const Support *side : {&a, &b})
    for (const NMPattern &pattern : side->patterns) {
      candidates.emplace_back(pattern.dim, pattern.m);
      for (int64_t m : {2, 4, 8, 16, 32})
        candidates.emplace_back(pattern.dim, m);
    }
  llvm::sort(candidates);
  candidates.erase(llvm::unique(candidates), candidates.end());
  for (auto [dim, m] : candidates)
    result.addPattern(
        {combine(getSmallestN(a, m, dim, rank), getSmallestN(b, m, dim, rank)),
         m, dim},
        rank);
}

Support Support::join(const Support &a, const Support &b, int64_t rank) {
  Support result;
  result.fill = a.fill;
  combinePatterns(
      a, b, rank, [](int64_t n, int64_t k) { return std::max(n, k); }, result);
  result.blocks = combineBlocks(a.blocks, b.blocks, andBits);
  if (a.maxCount && b.maxCount)
    result.maxCount = std::max(*a.maxCount, *b.maxCount);
  return result;
}

Support Support::meet(const Support &a, const Support &b, int64_t rank) {
  Support result = a;
  for (const NMPattern &pattern : b.patterns)
    result.addPattern(pattern, rank);
  if (auto blocks = combineBlocks(a.blocks, b.blocks, orBits))
    result.blocks = blocks;
  else if (!a.blocks)
    result.blocks = b.blocks;
  if (b.maxCount)
    result.maxCount = std::min(a.maxCount.value_or(*b.maxCount), *b.maxCount);
  return result;
}

Support Support::unite(const Support &a, const Support &b, Scalar fill,
                       int64_t rank) {
  Support result;
  result.fill = fill;
  combinePatterns(a, b, rank, std::plus<int64_t>(), result);
  result.blocks = combineBlocks(a.blocks, b.blocks, andBits);
  if (a.maxCount && b.maxCount)
    result.maxCount = *a.maxCount + *b.maxCount;
  return result;
}

bool Support::operator==(const Support &other) const {
  return fill == other.fill && patterns == other.patterns &&
         blocks == other.blocks && maxCount == other.maxCount;
}
