//===- Candidates.h - Patterns that a layer may get ------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The candidates of the choose phase as users write them, and what they do to one
// weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_CHOOSE_CANDIDATES_H
#define SPARSEOPT_LIB_TRANSFORMS_CHOOSE_CANDIDATES_H

#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"
#include "sparse-opt/Pruning/CalibrationStatistics.h"
#include "sparse-opt/Pruning/Mask.h"

#include <string>
#include <vector>

namespace sparseopt {

/// Something that may be done to a weight.
struct Candidate {
  /// As it was written: `dense`, `2:4`, `unstructured:0.7`, `block<4x1>:0.5`.
  std::string text;
  /// The request; meaningless for `dense`, which leaves the weight as it is.
  sparsity::RequestSpec spec;
  bool isDense = false;
};

/// Reads the candidates; the default ones if there are no `texts`. All are pruned
/// by `method` and `scope`. Reports at `op` what is wrong with one; `dense` is
/// added in front if it is not among them.
mlir::FailureOr<std::vector<Candidate>>
parseCandidates(mlir::Operation *op, llvm::ArrayRef<std::string> texts,
                llvm::StringRef method, llvm::StringRef scope);

/// A weight [out, in] as a candidate leaves it.
struct PrunedCopy {
  std::vector<char> bytes;
  /// Fraction of nonzeros.
  double density = 1;
  /// Euclidean norm over that of the weight; 1 for a zero weight.
  double retainedNorm = 1;
};

/// Prunes a copy of `weight`, which is finite. The error is a phrase that says
/// why the candidate does not fit the weight.
llvm::Expected<PrunedCopy>
pruneCopy(mlir::MLIRContext *context, pruning::TensorRef weight,
          const pruning::CalibrationStatistics &statistics,
          const Candidate &candidate, llvm::ThreadPoolInterface *pool);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_CHOOSE_CANDIDATES_H
