//===- Layer.h - Weights as matrices of a linear layer ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper of the calibrated methods: a weight as an f32 matrix [out, in],
// whatever its layout and type, the choice of masks from signed scores, and the
// normalised Gram matrix.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_LAYER_H
#define SPARSEOPT_LIB_PRUNING_LAYER_H

#include "sparse-opt/Pruning/Calibrated.h"
#include "sparse-opt/Pruning/Parallel.h"

namespace sparseopt::pruning {

/// Rows of outputs that one task computes with BLAS. Fixed, since rounding may
/// depend on it.
constexpr int64_t rowsPerTask = 256;

/// A weight [rows, columns] = [out, in], row-major.
struct Layer {
  int64_t rows = 0;
  int64_t columns = 0;
  std::vector<float> values;

  int64_t size() const { return rows * columns; }
};

/// The layer of a weight of rank 2 that sums over dim `inputDim`.
Layer loadLayer(TensorRef weight, int64_t inputDim,
                llvm::ThreadPoolInterface *pool);

/// [rows, columns] to [columns, rows].
template <typename T>
std::vector<T> transpose(llvm::ArrayRef<T> values, int64_t rows,
                         int64_t columns, llvm::ThreadPoolInterface *pool) {
  constexpr int64_t tile = 32;
  std::vector<T> result(values.size());
  parallelForRange(pool, columns, tile, [&](int64_t begin, int64_t end) {
    for (int64_t first = 0; first < rows; first += tile)
      for (int64_t column = begin; column < end; ++column)
        for (int64_t row = first; row < std::min(rows, first + tile); ++row)
          result[column * rows + row] = values[row * columns + column];
  });
  return result;
}

/// `pattern`, given for a weight [in, out], for its transpose.
Pattern transposePattern(const Pattern &pattern);

/// Keeps the elements or units with the largest magnitude of `scores` [rows,
/// columns] that the pattern allows.
Mask chooseFromScores(llvm::ArrayRef<float> scores, int64_t rows,
                      int64_t columns, const Pattern &pattern, Scope scope,
                      UnitNorm norm, std::optional<double> sparsity,
                      llvm::ThreadPoolInterface *pool);

/// The Gram matrix of a layer whose input j is divided by `scales[j]`, so that
/// the diagonal is 1 (0 for an input that is always zero).
class ScaledGram {
public:
  /// The error says that all inputs are zero.
  static llvm::Expected<ScaledGram> get(llvm::ArrayRef<double> gram,
                                        int64_t size);

  int64_t size() const { return scales.size(); }
  llvm::ArrayRef<double> getScales() const { return scales; }
  /// The matrix in f32 with `damping` added to the diagonal.
  std::vector<float> toFloat(double damping,
                             llvm::ThreadPoolInterface *pool) const;
  /// Writes the lower triangle with `added` added to the diagonal.
  void fillLower(double *lower, double added,
                 llvm::ThreadPoolInterface *pool) const;

private:
  ScaledGram() = default;

  llvm::ArrayRef<double> gram;
  std::vector<double> scales;
  std::vector<double> inverseScales;
};

/// Fits the kept values of `pruned` [rows, columns] to `target`, both of scaled
/// inputs, by conjugate gradients; `gram` is in f32 and damped.
void refitScaled(const class Blas &blas, llvm::ArrayRef<float> gram,
                 llvm::ArrayRef<float> target, float *pruned, const Mask &mask,
                 int64_t rows, int64_t columns, int64_t iterations,
                 llvm::ThreadPoolInterface *pool);

/// What SparseGPT needs of a Gram matrix: the same for all rows of a weight.
struct SparseGPTFactor {
  const class Blas *blas = nullptr;
  /// [in, in]: factor of the damped matrix in reverse order of the inputs.
  std::vector<double> lower;
  /// Inputs that are always zero.
  std::vector<uint8_t> isDead;
  /// What it took.
  double damping = 0;

  static llvm::Expected<SparseGPTFactor> get(llvm::ArrayRef<double> gram,
                                             int64_t size, double damping,
                                             llvm::ThreadPoolInterface *pool);
};

/// `pruneCalibrated` with a factor that was made before; null makes it.
llvm::Expected<CalibratedResult>
pruneCalibrated(TensorRef weight, const CalibrationStatistics &statistics,
                const CalibratedRequest &request, const SparseGPTFactor *factor,
                llvm::ThreadPoolInterface *pool);

/// The methods; `pattern` is that of the request for [out, in]. `layer` is the
/// weight and becomes the pruned weight.
Mask chooseByScore(const Layer &layer, const CalibrationStatistics &statistics,
                   const CalibratedRequest &request, const Pattern &pattern,
                   llvm::ThreadPoolInterface *pool);
Mask repairMask(const Layer &layer, const CalibrationStatistics &statistics,
                const DSnoTMethod &method, const Pattern &pattern, Mask mask,
                llvm::ThreadPoolInterface *pool);
Mask runSparseGPT(const struct SparseGPTFactor &factor, Layer &layer,
                  const CalibratedRequest &request, const Pattern &pattern,
                  llvm::ThreadPoolInterface *pool);
llvm::Expected<Mask> runADMM(Layer &layer, llvm::ArrayRef<double> gram,
                             const CalibratedRequest &request,
                             const Pattern &pattern, double &damping,
                             llvm::ThreadPoolInterface *pool);
llvm::Error refit(Layer &layer, llvm::ArrayRef<float> original,
                  llvm::ArrayRef<double> gram, const Mask &mask,
                  int64_t iterations, llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_LAYER_H
