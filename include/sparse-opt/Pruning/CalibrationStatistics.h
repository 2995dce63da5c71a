//===- CalibrationStatistics.h - Statistics of a layer's inputs -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What calibration knows about the inputs of one linear layer, as a view: who
// reads it from a file or from memory keeps the numbers alive. All that a
// pruning method learns about the data goes through this struct.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_CALIBRATIONSTATISTICS_H
#define SPARSEOPT_PRUNING_CALIBRATIONSTATISTICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace sparseopt::pruning {

/// Sums over the tokens x_1 .. x_T, each of `in` numbers, that a layer
/// y = W x with a weight of shape [out, in] saw. Sums, not means: those of two
/// runs add up. Units: those of the activation, squared for `sumsq`, `var` and
/// `gram`.
struct CalibrationStatistics {
  /// T, the number of tokens (rows of the activation): at least 1.
  int64_t numTokens = 0;
  /// [in]: sum over tokens of x_j.
  llvm::ArrayRef<double> sum;
  /// [in]: sum over tokens of x_j^2; not negative.
  llvm::ArrayRef<double> sumsq;
  /// [in]: population variance of x_j, sum (x_j - mean_j)^2 / T; not negative.
  llvm::ArrayRef<double> var;
  /// [in, in], row-major: sum over tokens of x x^T; symmetric, its diagonal is
  /// `sumsq` up to rounding. Empty when it was not collected.
  llvm::ArrayRef<double> gram;

  int64_t getInputDim() const { return sumsq.size(); }
  bool hasGram() const { return !gram.empty(); }
};

/// Whether `statistics` can serve a layer with `inputDim` inputs: sizes fit, at
/// least one token, all numbers finite, no negative square; with `needsGram`,
/// that the Gram matrix is there. The error is a phrase that names the tensor,
/// such as "sumsq holds nan at 3".
llvm::Error verifyStatistics(const CalibrationStatistics &statistics,
                             int64_t inputDim, bool needsGram);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_CALIBRATIONSTATISTICS_H
