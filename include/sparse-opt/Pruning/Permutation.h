//===- Permutation.h - Order of channels for N:M ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Search for an order of a weight's columns in which an N:M pattern keeps more.
// Moving the producer's rows along is the caller's business.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_PERMUTATION_H
#define SPARSEOPT_PRUNING_PERMUTATION_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// An order of the `columns` of `scores` [rows, columns], row-major and not
/// negative, in which N:M along the columns keeps a large sum of scores: never
/// less than the given order. Element i is the column that goes to place i. The
/// columns of a tail group stay where they are. Zhang et al., "Plug-and-Play",
/// ICLR 2024: columns are dealt to groups by importance, then exchanged between
/// groups by linear sum assignment, `numRounds` times. Does not depend on the
/// number of threads.
std::vector<int64_t> findChannelOrder(llvm::ArrayRef<float> scores,
                                      int64_t rows, int64_t columns, int64_t n,
                                      int64_t m, int64_t numRounds,
                                      llvm::ThreadPoolInterface *pool);

/// Sum of the scores that N:M keeps when column `order[i]` is at place i.
double getRetainedScore(llvm::ArrayRef<float> scores, int64_t rows,
                        int64_t columns, int64_t n, int64_t m,
                        llvm::ArrayRef<int64_t> order,
                        llvm::ThreadPoolInterface *pool);

/// For each row of the square matrix `values` [size, size] a column, all
/// different, with the largest sum. Shortest augmenting paths, cubic.
std::vector<int64_t> assignRows(llvm::ArrayRef<double> values, int64_t size);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_PERMUTATION_H
