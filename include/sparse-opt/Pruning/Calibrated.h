//===- Calibrated.h - Pruning that knows the layer's inputs -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pruning methods that read statistics of a layer's inputs and keep its output
// y = W x, not its weight: scores (Wanda, RIA), repair of a mask (DSnoT), and
// methods that move the kept weights too (SparseGPT, ADMM, ALPS).
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_CALIBRATED_H
#define SPARSEOPT_PRUNING_CALIBRATED_H

#include "sparse-opt/Pruning/CalibrationStatistics.h"
#include "sparse-opt/Pruning/Mask.h"

#include <optional>
#include <variant>
#include <vector>

namespace sparseopt::pruning {

/// Score |W_ij| ||x_j||. Sun et al., arXiv:2306.11695.
struct WandaMethod {
  Scope scope = Scope::Row;
  UnitNorm norm = UnitNorm::L2;
};

/// Score (|W_ij| / sum_i |W_ij| + |W_ij| / sum_j |W_ij|) ||x_j||^power. Zhang et
/// al., "Plug-and-Play", ICLR 2024.
struct RIAMethod {
  double power = 0.5;
  Scope scope = Scope::Row;
  UnitNorm norm = UnitNorm::L2;
};

/// Wanda's mask, then pairs of a pruned and a kept weight of a row change places
/// while the mean error of the row's output shrinks. Zhang et al.,
/// arXiv:2310.08915.
struct DSnoTMethod {
  /// Largest number of exchanges in a row.
  int64_t iterations = 50;
  /// A row whose mean output error does not exceed this is done.
  double threshold = 0.1;
  /// Power of the input's variance by which a weight's contribution is divided
  /// when the one to regrow is chosen.
  double power = 1;
};

/// Columns in order; each pruned weight's error is compensated by the columns
/// after it. Frantar and Alistarh, arXiv:2301.00774.
struct SparseGPTMethod {
  /// Columns whose weights compete when the pattern leaves it open.
  int64_t blockSize = 128;
  /// Fraction of the mean of the Gram matrix's diagonal to add to it.
  double damping = 0.01;
  Scope scope = Scope::Layer;
};

/// Alternating directions between the pattern and the least squares solution;
/// the mask is chosen anew in the first three quarters of the iterations. Boza,
/// arXiv:2401.02938.
struct ADMMMethod {
  int64_t iterations = 20;
  /// Iterations over which the fraction of zeros grows, cubically; 1 starts with
  /// all of it.
  int64_t gradual = 8;
  /// Damping of the Gram matrix with its diagonal scaled to 1.
  double damping = 0.1;
  Scope scope = Scope::Layer;
};

/// ADMM with a penalty that grows while the support changes, then conjugate
/// gradients on the fixed support. Meng et al., arXiv:2406.07831.
struct ALPSMethod {
  /// Largest number of iterations before the support is fixed.
  int64_t iterations = 100;
  double damping = 0.01;
  Scope scope = Scope::Layer;
};

using CalibratedMethod = std::variant<WandaMethod, RIAMethod, DSnoTMethod,
                                      SparseGPTMethod, ADMMMethod, ALPSMethod>;

/// What to prune and how. `sparsity` as in `PruneRequest`.
struct CalibratedRequest {
  Pattern pattern;
  CalibratedMethod method;
  std::optional<double> sparsity;
  /// Iterations of conjugate gradients that fit the kept weights to the layer's
  /// output afterwards; 0 does nothing. Needs the Gram matrix.
  int64_t refit = 0;
  /// Dim of the weight that the layer sums over: 1 for [out, in], 0 for
  /// [in, out].
  int64_t inputDim = 1;
};

/// Whether `request` reads the Gram matrix.
bool needsGram(const CalibratedRequest &request);

/// Whether `request` gives kept weights new values.
bool updatesWeights(const CalibratedRequest &request);

/// Whether `request` is meaningful for a weight of `shape` and `type`. The error
/// is a sentence for the user that says why not.
llvm::Error verifyRequest(const CalibratedRequest &request,
                          llvm::ArrayRef<int64_t> shape, ElementType type);

/// A pruned weight, in the layout of the weight.
struct CalibratedResult {
  Mask mask;
  /// New values of all elements, zero where `mask` is; empty if kept elements
  /// keep their bits.
  std::vector<float> values;
  /// The damping that the factorisation took, more than was asked for if that
  /// was not enough; none for methods without one.
  std::optional<double> damping;
};

/// Prunes `weight`, whose values have to be finite, by `request`, which fits it.
/// Computes in f32 with factorisations in f64. The result does not depend on the
/// number of threads. Errors, as phrases for the user: statistics that do not
/// fit, OpenBLAS missing, a Gram matrix that cannot be factored.
llvm::Expected<CalibratedResult>
pruneCalibrated(TensorRef weight, const CalibrationStatistics &statistics,
                const CalibratedRequest &request,
                llvm::ThreadPoolInterface *pool);

/// Writes `result` to `weight`, the weight that was pruned: zeroes what the mask
/// does not keep and stores new values, rounded to nearest even. Returns false if
/// a new value is not finite in the weight's type.
bool applyResult(MutableTensorRef weight, const CalibratedResult &result,
                 llvm::ThreadPoolInterface *pool);

/// Relative error of a layer's output on the calibration data,
/// ||(W - W') X||^2 / ||W X||^2, from the Gram matrix; 0 if both are zero.
/// `pruned` has the shape of `weight`.
llvm::Expected<double> computeOutputError(TensorRef weight, TensorRef pruned,
                                          llvm::ArrayRef<double> gram,
                                          int64_t inputDim,
                                          llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_CALIBRATED_H
