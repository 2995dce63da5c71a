//===- Implies.cpp - Subsumption of sparsity patterns -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact answer to: is every support that one pattern allows also allowed by
// another one?
//
//===----------------------------------------------------------------------===//

#include "Units.h"

#include <limits>
#include <numeric>

using namespace sparseopt::pruning;

/// Largest number of nonzeros that `a` allows in an aligned group of `m`
/// elements of a dimension with `size` elements.
static int64_t maxNonzerosInGroup(const NMPattern &a, int64_t m, int64_t size) {
  // Groups repeat with period lcm(a.m, m); the end of the dimension can only
  // take elements away from a group.
  int64_t period = a.m / std::gcd(a.m, m);
  int64_t numGroups = std::min(period, size / m + (size % m != 0));
  int64_t maximum = 0;
  for (int64_t group = 0; group < numGroups; ++group) {
    int64_t begin = group * m;
    int64_t end = std::min(size, begin + m);
    int64_t count = 0;
    for (int64_t inner = begin / a.m * a.m; inner < end; inner += a.m) {
      int64_t overlap = std::min(end, inner + a.m) - std::max(begin, inner);
      count += std::min(a.n, overlap);
    }
    maximum = std::max(maximum, count);
  }
  return maximum;
}

/// Whether `pattern` allows every support on `shape`.
static bool allowsAll(const Pattern &pattern, llvm::ArrayRef<int64_t> shape) {
  if (llvm::is_contained(shape, 0))
    return true;
  if (auto *nm = std::get_if<NMPattern>(&pattern))
    return nm->n >= std::min(nm->m, shape[nm->dim]);
  UnitGrid grid = makeUnitGrid(pattern, shape);
  return llvm::all_of(grid.unitSizes, [](int64_t size) { return size == 1; });
}

bool sparseopt::pruning::implies(const Pattern &a, const Pattern &b,
                                 llvm::ArrayRef<int64_t> shape) {
  if (allowsAll(b, shape))
    return true;
  auto *nmA = std::get_if<NMPattern>(&a);
  auto *nmB = std::get_if<NMPattern>(&b);
  if (nmA && nmB && nmA->dim == nmB->dim)
    return maxNonzerosInGroup(*nmA, nmB->m, shape[nmB->dim]) <= nmB->n;
  // From here on `b` forbids something. N:M along another dimension fills any
  // line, and a single element is no union of larger units; a union of units
  // may be everything, which no N:M along any dimension then holds.
  if (nmA || nmB)
    return false;
  UnitGrid gridA = makeUnitGrid(a, shape);
  UnitGrid gridB = makeUnitGrid(b, shape);
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    int64_t sizeA = gridA.unitSizes[dim];
    if (sizeA < shape[dim] && sizeA % gridB.unitSizes[dim] != 0)
      return false;
  }
  return true;
}

bool sparseopt::pruning::implies(const Pattern &a, const Pattern &b,
                                 int64_t rank) {
  // Longer than any block or group, and far from overflow when m is added.
  int64_t unbounded = std::numeric_limits<int64_t>::max() / 4;
  return implies(a, b, llvm::SmallVector<int64_t>(rank, unbounded));
}
