//===- CalibratedWork.h - Requests that read statistics ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the prune phase: one request of a method that reads statistics of
// the layer's inputs, from the look-up to the new bytes.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_PRUNE_CALIBRATEDWORK_H
#define SPARSEOPT_LIB_TRANSFORMS_PRUNE_CALIBRATEDWORK_H

#include "sparse-opt/Checkpoint/StatisticsFile.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Pruning/Calibrated.h"

namespace sparseopt {

/// What pruning one weight takes and what it found out.
struct CalibratedWork {
  pruning::CalibratedRequest request;
  pruning::CalibrationStatistics statistics;

  /// Set by `run`.
  std::string error;
  pruning::Mask mask;
  std::optional<double> damping;
  /// ||(W - W') X||^2 / ||W X||^2, where there is a Gram matrix.
  std::optional<double> outputError;

  /// The work for `op`, whose pattern with its dim is `pattern`. Reports at the
  /// request or the weight what is missing or does not fit.
  static mlir::FailureOr<CalibratedWork>
  get(sparsity::PruneOp op, sparsity::WeightOp weight,
      sparsity::PatternAttrInterface pattern, const StatisticsFile *file);

  /// Prunes `source` into `target`, which has the same shape and type.
  void run(pruning::TensorRef source, pruning::MutableTensorRef target,
           llvm::ThreadPoolInterface *pool);

  /// The damping that was asked for, if there is one.
  std::optional<double> getAskedDamping() const;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_PRUNE_CALIBRATEDWORK_H
