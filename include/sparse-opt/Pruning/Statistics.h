//===- Statistics.h - What pruning removed ----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers for reports: how many zeros a mask adds to a weight and how much of
// the weight's norm it keeps.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_STATISTICS_H
#define SPARSEOPT_PRUNING_STATISTICS_H

#include "sparse-opt/Pruning/Mask.h"

namespace sparseopt::pruning {

/// A weight before and after a mask. Sums are over fixed pieces in order, so
/// they do not depend on the number of threads.
struct PruneStatistics {
  int64_t numElements = 0;
  int64_t numNonzerosBefore = 0;
  int64_t numNonzerosAfter = 0;
  /// Sums of magnitudes and of squares.
  double l1Before = 0;
  double l1After = 0;
  double squaresBefore = 0;
  double squaresAfter = 0;

  /// Fraction of zeros after the mask; 0 for an empty weight.
  double getSparsity() const;
  /// Euclidean norm after the mask over the norm before; 1 for a zero weight.
  double getRetainedNorm() const;
};

/// Statistics of `mask` on `weight`, the weight before the mask is applied.
PruneStatistics computeStatistics(TensorRef weight, const Mask &mask,
                                  llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_STATISTICS_H
