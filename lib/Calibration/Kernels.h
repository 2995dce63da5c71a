//===- Kernels.h - Inner loops of calibration -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to calibration: what is done on panels. A panel holds `lanes`
// neighbouring features of a chunk of tokens, token after token, as f64.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_CALIBRATION_KERNELS_H
#define SPARSEOPT_LIB_CALIBRATION_KERNELS_H

#include <cstdint>

namespace sparseopt::calibration {

/// Features in a panel.
constexpr int64_t lanes = 8;

/// Running moments of the features of one panel, `lanes` numbers each.
struct Moments {
  double *sum;
  double *sumsq;
  double *mean;
  /// Sum of squared deviations from the mean.
  double *deviation;
};

/// Adds `tokens` tokens; `reciprocals[t]` is 1 / (number of tokens up to t).
void addMoments(const double *panel, int64_t tokens, const double *reciprocals,
                const Moments &moments);

/// gram[i][j] += sum_t left[t][i] * right[t][j] for the `lanes` x `lanes` tile
/// at `gram`, whose rows are `stride` apart; token after token.
void addOuterProducts(const double *left, const double *right, int64_t tokens,
                      double *gram, int64_t stride);

} // namespace sparseopt::calibration

#endif // SPARSEOPT_LIB_CALIBRATION_KERNELS_H
