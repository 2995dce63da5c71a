//===- RowBlocks.h - Pruning a weight by blocks of rows ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Requests whose rows do not compete: a large weight [out, in] is pruned block by
// block, with what all rows share (the factor of a Gram matrix) made once and
// no copy of the whole weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_ROWBLOCKS_H
#define SPARSEOPT_PRUNING_ROWBLOCKS_H

#include "sparse-opt/Pruning/Calibrated.h"

#include <memory>

namespace sparseopt::pruning {

/// Blocks of rows that are a multiple of this (but the last) give the same bits
/// as the whole weight at once.
constexpr int64_t rowBlockMultiple = 256;

/// Whether no row of a weight decides about another: N:M along another dim than
/// the rows, or amounts of a row. ALPS, RIA, a refit, the gradual start of ADMM
/// over a layer and thresholds from the layer's values read all rows.
bool isRowwise(const PruneRequest &request);
bool isRowwise(const CalibratedRequest &request);

/// One request for one weight [out, in].
class RowBlockPruner {
public:
  explicit RowBlockPruner(PruneRequest request);

  /// Checks the statistics and factors the Gram matrix for SparseGPT. If
  /// `readsStatistics` holds then, they have to outlive the object. Errors as
  /// those of `pruneCalibrated`.
  static llvm::Expected<RowBlockPruner>
  create(CalibratedRequest request, const CalibrationStatistics &statistics,
         int64_t inputDim, llvm::ThreadPoolInterface *pool);

  RowBlockPruner(RowBlockPruner &&);
  RowBlockPruner &operator=(RowBlockPruner &&);
  ~RowBlockPruner();

  /// Prunes a block of rows in place, or all of the weight where the request is
  /// not rowwise. Errors: `NonFiniteWeightError`, with the position in the block;
  /// those of the method; a new value that does not fit the type.
  llvm::Error prune(MutableTensorRef rows, llvm::ThreadPoolInterface *pool);

  bool isRowwise() const;
  /// Whether pruning still reads the statistics.
  bool readsStatistics() const { return !statistics.sumsq.empty(); }
  const Pattern &getPattern() const;
  /// The damping that the factorisation took, if there was one.
  std::optional<double> getDamping() const { return damping; }

private:
  llvm::Error pruneWithStatistics(MutableTensorRef rows,
                                  llvm::ThreadPoolInterface *pool);

  std::variant<PruneRequest, CalibratedRequest> request;
  CalibrationStatistics statistics;
  std::unique_ptr<struct SparseGPTFactor> factor;
  std::optional<double> damping;
};

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_ROWBLOCKS_H
