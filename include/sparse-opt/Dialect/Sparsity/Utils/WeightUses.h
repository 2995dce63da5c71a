//===- WeightUses.h - How contractions use a weight -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which dimension of a weight's stored shape its uses contract: the dimension
// along which N:M runs when a request does not say.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTUSES_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTUSES_H

#include "mlir/IR/Value.h"

#include <optional>

namespace sparseopt::sparsity {

/// The contractions that read a weight.
struct WeightUses {
  /// Number of linears, and of linalg contractions and convolutions.
  int64_t numContractions = 0;
  /// The dim of the weight that all of them sum over; none if there is no
  /// contraction, if they disagree, or if one sums over several.
  std::optional<int64_t> contractionDim;
};

/// Follows `weight`, a ranked tensor, through prune requests, casts, transposes,
/// broadcasts and unit dims to the contractions. In a convolution the dim that
/// counts is the input channel's, not those of the window.
WeightUses findWeightUses(mlir::Value weight);

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTUSES_H
