//===- ValueFacts.h - What is known about a tensor's values -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lattice of value facts: claims about the elements of one tensor that hold
// on every execution. More facts are lower in the lattice; `join` keeps what both
// sides say, as at a control-flow merge. No IR.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_VALUEFACTS_H
#define SPARSEOPT_ANALYSIS_SPARSITY_VALUEFACTS_H

#include "sparse-opt/Analysis/Sparsity/SliceMap.h"
#include "sparse-opt/Pruning/Pattern.h"

#include "llvm/ADT/BitVector.h"

namespace sparseopt::facts {

/// Size of a dimension that is not known.
constexpr int64_t dynamicSize = std::numeric_limits<int64_t>::min();

/// Aligned tiles of the last two dimensions; tiles at the border are cut.
struct BlockMap {
  int64_t rowsPerTile = 0;
  int64_t columnsPerTile = 0;
  int64_t tileRows = 0;
  int64_t tileColumns = 0;
  /// One bit per tile, row-major: set if every element of the tile, at all
  /// indices of the leading dimensions, is the fill value.
  llvm::BitVector filled;

  bool hasSameTiles(const BlockMap &other) const {
    return rowsPerTile == other.rowsPerTile &&
           columnsPerTile == other.columnsPerTile &&
           tileRows == other.tileRows && tileColumns == other.tileColumns;
  }
  bool operator==(const BlockMap &other) const {
    return hasSameTiles(other) && filled == other.filled;
  }
};

/// Where elements may differ from the fill value. All members hold together.
struct Support {
  Scalar fill;
  /// At most N elements other than the fill value per group; none of the
  /// patterns implies another one.
  llvm::SmallVector<pruning::NMPattern, 1> patterns;
  std::optional<BlockMap> blocks;
  /// Largest number of elements other than the fill value.
  std::optional<int64_t> maxCount;

  /// Whether nothing is said.
  bool empty() const { return patterns.empty() && !blocks && !maxCount; }
  /// Adds a pattern of a tensor of `rank`, without what it implies.
  void addPattern(const pruning::NMPattern &pattern, int64_t rank);
  bool implies(const pruning::NMPattern &pattern, int64_t rank) const;

  /// What holds if either of the two holds; the fill values are equal.
  static Support join(const Support &a, const Support &b, int64_t rank);
  /// What holds if both hold; the fill values are equal.
  static Support meet(const Support &a, const Support &b, int64_t rank);
  /// Support of an element that differs from the result's `fill` only where `a`
  /// or `b` differs from its own.
  static Support unite(const Support &a, const Support &b, Scalar fill,
                       int64_t rank);

  bool operator==(const Support &other) const;
};

/// Claims about the elements of a tensor, or of a scalar (rank 0).
class ValueFacts {
public:
  /// The bottom: no execution was seen that yields the value.
  ValueFacts() = default;
  /// The top: nothing is known about a tensor of this shape.
  static ValueFacts unknown(llvm::ArrayRef<int64_t> shape);
  /// Every element is `value`.
  static ValueFacts constant(llvm::ArrayRef<int64_t> shape, Scalar value);

  bool isReached() const { return reached; }
  bool isUnknown() const;
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  int64_t getRank() const { return shape.size(); }

  /// The value of every element.
  std::optional<Scalar> getUniform() const { return uniform; }
  /// The value of every element whose index along `dim` is `index`.
  std::optional<Scalar> getSlice(int64_t dim, int64_t index) const;
  std::optional<Scalar> getSlices(int64_t dim, int64_t begin,
                                  int64_t end) const;
  /// The constant slices along `dim`; of a uniform tensor all of them. Empty for
  /// a dynamic dim.
  SliceMap getSliceMap(int64_t dim) const;
  /// The indices along `dim` whose slices are all zero.
  IndexSet getZeroSlices(int64_t dim) const {
    return getSliceMap(dim).getZeros();
  }
  const std::optional<Support> &getSupport() const { return support; }
  /// No element is an infinity or a NaN.
  bool isFinite() const { return finite; }
  /// Largest number of elements that are not zero, from slices and support; none
  /// if a dim is dynamic.
  std::optional<int64_t> getMaxNonzeros() const;

  void setSlices(int64_t dim, SliceMap map);
  void setSupport(Support newSupport);
  void setUniform(Scalar value);
  /// Of a uniform tensor the value decides.
  void setFinite(bool isFinite) {
    if (!uniform)
      finite = isFinite;
  }

  /// What both say. Commutative, associative, idempotent; bottom is neutral.
  static ValueFacts join(const ValueFacts &a, const ValueFacts &b);
  /// Adds what `other` says about the same values.
  static ValueFacts meet(const ValueFacts &a, const ValueFacts &b);
  /// Whether everything that `other` says is said here.
  bool refines(const ValueFacts &other) const {
    return join(*this, other) == other;
  }

  bool operator==(const ValueFacts &other) const;
  bool operator!=(const ValueFacts &other) const { return !(*this == other); }

  /// `zero along dim 1 at 3, 5..7; 2:4 along dim 1; finite`.
  void print(llvm::raw_ostream &os) const;

private:
  /// A dim whose slices all have one value makes the tensor uniform.
  void normalize();

  bool reached = false;
  bool finite = false;
  llvm::SmallVector<int64_t, 4> shape;
  std::optional<Scalar> uniform;
  /// One map per dim, all empty if the tensor is uniform.
  llvm::SmallVector<SliceMap, 4> slices;
  std::optional<Support> support;
};

/// Which elements later code reads. More demand is higher in the lattice.
class Demand {
public:
  /// The bottom: nothing is read.
  Demand() = default;
  /// Everything is read.
  static Demand all(llvm::ArrayRef<int64_t> shape);
  /// The elements whose index along each dim is in the dim's set. For a dynamic
  /// dim the set is ignored.
  static Demand slices(llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<IndexSet> sets);

  /// Whether no element is read.
  bool isNone() const { return !read; }
  bool isAll() const;
  /// Whether elements with this index along `dim` may be read.
  bool isLive(int64_t dim, int64_t index) const;
  /// The indices along a static `dim` that may be read.
  IndexSet getLive(int64_t dim) const;
  /// Those that are not read.
  IndexSet getDead(int64_t dim) const;
  llvm::ArrayRef<int64_t> getShape() const { return shape; }

  /// What either reads.
  static Demand join(const Demand &a, const Demand &b);
  /// The name that the data-flow framework uses in backward analyses.
  static Demand meet(const Demand &a, const Demand &b) { return join(a, b); }

  bool operator==(const Demand &other) const {
    return read == other.read && shape == other.shape && dead == other.dead;
  }

  /// `nothing read`, or `unread along dim 1 at 3`.
  void print(llvm::raw_ostream &os) const;

private:
  bool read = false;
  llvm::SmallVector<int64_t, 4> shape;
  /// One set per dim; complements, because they are mostly empty.
  llvm::SmallVector<IndexSet, 4> dead;
};

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_VALUEFACTS_H
