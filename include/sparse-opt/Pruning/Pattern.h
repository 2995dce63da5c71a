//===- Pattern.h - Sparsity patterns without IR -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sparsity patterns as plain values: parsing, checks against a shape, and
// subsumption. The attributes of the sparsity dialect convert to these.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_PATTERN_H
#define SPARSEOPT_PRUNING_PATTERN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace sparseopt::pruning {

/// At most `n` nonzeros in each aligned group of `m` elements along `dim`, at
/// fixed indices of the other dimensions. A tail group of r < m elements has at
/// most min(n, r). Note that several pruning tools count zeros instead.
struct NMPattern {
  int64_t n = 0;
  int64_t m = 0;
  int64_t dim = 0;
  bool operator==(const NMPattern &other) const {
    return n == other.n && m == other.m && dim == other.dim;
  }
};

/// Zeros come in aligned blocks of `sizes` elements over the trailing
/// dimensions (the block's rank is at most the tensor's). Blocks at the end of
/// a dimension may be cut.
struct BlockPattern {
  llvm::SmallVector<int64_t, 4> sizes;
  bool operator==(const BlockPattern &other) const {
    return sizes == other.sizes;
  }
};

/// Zeros come in whole slices: all elements with one index along `dim`.
struct SlicePattern {
  int64_t dim = 0;
  bool operator==(const SlicePattern &other) const { return dim == other.dim; }
};

/// Zeros may be anywhere.
struct UnstructuredPattern {
  bool operator==(const UnstructuredPattern &) const { return true; }
};

using Pattern =
    std::variant<NMPattern, BlockPattern, SlicePattern, UnstructuredPattern>;

/// Reads `2:4`, `block<4x1>`, `slice` or `unstructured`. `dim` is used by N:M
/// and slice patterns. The error is a sentence for the user.
llvm::Expected<Pattern> parsePattern(llvm::StringRef text, int64_t dim);

/// `2:4 along dim 1`, `block<4x1>`, `slice along dim 0`, `unstructured`.
std::string toString(const Pattern &pattern);

/// Whether `pattern` makes sense on a tensor of `shape`: numbers in range, rank
/// and dimension fit. The error is a sentence for the user.
llvm::Error verifyPattern(const Pattern &pattern,
                          llvm::ArrayRef<int64_t> shape);

/// Whether every set of positions that pattern `a` allows to be nonzero is
/// allowed by `b`, on all tensors; with `shape`, on tensors of that shape.
/// Exact in both directions. N:M allows each set with at most N positions per
/// group; block and slice allow the unions of whole blocks or slices (a stored
/// block may hold zeros); unstructured allows all sets.
bool implies(const Pattern &a, const Pattern &b, int64_t rank);
bool implies(const Pattern &a, const Pattern &b, llvm::ArrayRef<int64_t> shape);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_PATTERN_H
