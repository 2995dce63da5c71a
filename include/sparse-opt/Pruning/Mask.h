//===- Mask.h - Choice of the weights to keep -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prune requests as plain values and the choice of which elements of a set of
// weights to keep. Every choice is a total order on (score, position), so it
// does not depend on the number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_MASK_H
#define SPARSEOPT_PRUNING_MASK_H

#include "sparse-opt/Pruning/Element.h"
#include "sparse-opt/Pruning/Pattern.h"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// One byte per element, row-major: 1 keeps the element, 0 zeroes it.
using Mask = std::vector<uint8_t>;

/// The sets in which elements (blocks, slices) compete: each row (index along
/// dimension 0; for blocks, each row of blocks), each weight, all weights.
enum class Scope { Row, Layer, Global };

/// Score of a block or slice: sum of magnitudes, or root of the sum of squares.
enum class UnitNorm { L1, L2 };

/// Zeroes what is smallest by magnitude (elements) or by norm (blocks, slices).
struct MagnitudeMethod {
  Scope scope = Scope::Layer;
  UnitNorm norm = UnitNorm::L2;
};

/// How the threshold of a `ThresholdMethod` is given.
enum class ThresholdKind {
  /// The number itself.
  Absolute,
  /// The smallest magnitude that at least this fraction of the magnitudes do
  /// not
  /// exceed (inverse of the empirical distribution, no interpolation).
  Quantile,
  /// This many population standard deviations of the elements' values.
  StandardDeviations
};

/// Zeroes each element, block or slice whose magnitude or norm is at most the
/// threshold. Quantile and standard deviation are taken over the scope.
struct ThresholdMethod {
  ThresholdKind kind = ThresholdKind::Absolute;
  double value = 0;
  Scope scope = Scope::Layer;
  UnitNorm norm = UnitNorm::L2;
};

using Method = std::variant<MagnitudeMethod, ThresholdMethod>;

/// What to prune and how. `sparsity` is the fraction of the elements (blocks,
/// slices) of each scope to zero: required for the magnitude method on block,
/// slice and unstructured patterns, forbidden otherwise.
struct PruneRequest {
  Pattern pattern;
  Method method;
  std::optional<double> sparsity;
};

/// Number of items out of `count` that `sparsity` zeroes: the product rounded
/// down, where a product that misses an integer by rounding only counts as it.
int64_t getNumPruned(int64_t count, double sparsity);

/// Whether `sparsity` says how much of `pattern` to zero: N:M says it itself, the
/// others need a fraction. The error is a sentence for the user.
llvm::Error verifyAmount(const Pattern &pattern,
                         std::optional<double> sparsity);

/// Whether `request` is meaningful for a weight of `shape`. The error is a
/// sentence for the user.
llvm::Error verifyRequest(const PruneRequest &request,
                          llvm::ArrayRef<int64_t> shape);

/// Position of the first NaN or infinity of `weight`, if there is one.
std::optional<int64_t> findNonFinite(TensorRef weight,
                                     llvm::ThreadPoolInterface *pool);

/// A NaN or an infinity in a weight that is to be pruned.
class NonFiniteWeightError : public llvm::ErrorInfo<NonFiniteWeightError> {
public:
  // The name that llvm::ErrorInfo asks for.
  static char ID; // NOLINT(readability-identifier-naming)
  NonFiniteWeightError(size_t weight, int64_t position, double value)
      : weight(weight), position(position), value(value) {}

  /// Index of the weight in the list and row-major position in the weight.
  size_t weight;
  int64_t position;
  double value;

  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }
};

/// Chooses what to keep of each of `weights`. Existing zeros (either sign) are
/// zeroed before any nonzero; among equal scores the lower position, and in
/// global scope the earlier weight, is zeroed first. N:M keeps exactly min(n,
/// r) elements of a group of r; the others zero exactly `getNumPruned` of each
/// scope. Linear in the number of elements. Errors: a request that does not fit
/// a weight; `NonFiniteWeightError`.
llvm::Expected<std::vector<Mask>> chooseMasks(llvm::ArrayRef<TensorRef> weights,
                                              const PruneRequest &request,
                                              llvm::ThreadPoolInterface *pool);

/// Writes +0 to each element that `mask` does not keep; the others keep their
/// bits.
void applyMask(MutableTensorRef weight, const Mask &mask,
               llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_MASK_H
