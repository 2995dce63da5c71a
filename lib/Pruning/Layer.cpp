//===- Layer.cpp - Weights as matrices of a linear layer --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading of layers, masks from scores, and scaled Gram matrices.
//
//===----------------------------------------------------------------------===//

#include "Layer.h"

#include "MaskImpl.h"

#include <algorithm>
#include <cmath>

using namespace sparseopt::pruning;

Layer sparseopt::pruning::loadLayer(TensorRef weight, int64_t inputDim,
                                    llvm::ThreadPoolInterface *pool) {
  Layer layer;
  layer.rows = weight.shape[1 - inputDim];
  layer.columns = weight.shape[inputDim];
  layer.values.resize(layer.size());
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    parallelForRange(
        pool, layer.size(), elementsPerTask, [&](int64_t begin, int64_t end) {
          for (int64_t index = begin; index < end; ++index)
            layer.values[index] = float(Element::toDouble(data[index]));
        });
  });
  if (inputDim == 0)
    layer.values =
        transpose<float>(layer.values, layer.columns, layer.rows, pool);
  return layer;
}

Pattern sparseopt::pruning::transposePattern(const Pattern &pattern) {
  if (auto *nm = std::get_if<NMPattern>(&pattern))
    return NMPattern{nm->n, nm->m, 1 - nm->dim};
  if (auto *slice = std::get_if<SlicePattern>(&pattern))
    return SlicePattern{1 - slice->dim};
  if (auto *block = std::get_if<BlockPattern>(&pattern)) {
    int64_t last = block->sizes.back();
    int64_t first = block->sizes.size() > 1 ? block->sizes.front() : 1;
    return BlockPattern{{last, first}};
  }
  return pattern;
}

Mask sparseopt::pruning::chooseFromScores(llvm::ArrayRef<float> scores,
                                          int64_t rows, int64_t columns,
                                          const Pattern &pattern, Scope scope,
                                          UnitNorm norm,
                                          std::optional<double> sparsity,
                                          llvm::ThreadPoolInterface *pool) {
  int64_t shape[] = {rows, columns};
  TensorRef tensor{scores.data(), shape, ElementType::F32};
  if (auto *nm = std::get_if<NMPattern>(&pattern))
    return chooseNMMask(tensor, *nm, pool);
  PruneRequest request{pattern, MagnitudeMethod{scope, norm}, sparsity};
  return std::move(chooseUnitMasks(tensor, request, pool).front());
}

llvm::Expected<ScaledGram> ScaledGram::get(llvm::ArrayRef<double> gram,
                                           int64_t size) {
  ScaledGram scaled;
  scaled.gram = gram;
  scaled.scales.resize(size);
  scaled.inverseScales.resize(size);
  double largest = 0;
  for (int64_t index = 0; index < size; ++index)
    largest = std::max(largest, gram[index * size + index]);
  if (!(largest > 0))
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "all inputs of the layer are zero on the calibration data");
  // What is far below the largest input is rounding or always zero.
  double smallest = std::sqrt(largest) * 1e-12;
  for (int64_t index = 0; index < size; ++index) {
    double norm = std::sqrt(std::max(0.0, gram[index * size + index]));
    bool isDead = norm <= smallest;
    scaled.scales[index] = isDead ? smallest : norm;
    scaled.inverseScales[index] = isDead ? 0 : 1 / norm;
  }
  return std::move(scaled);
}

std::vector<float> ScaledGram::toFloat(double damping,
                                       llvm::ThreadPoolInterface *pool) const {
  int64_t n = size();
  std::vector<float> result(n * n);
  parallelForRange(pool, n, 64, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const double *source = gram.data() + row * n;
      float *target = result.data() + row * n;
      double scale = inverseScales[row];
      for (int64_t column = 0; column < n; ++column)
        target[column] = float(source[column] * scale * inverseScales[column]);
      target[row] += float(damping);
    }
  });
  return result;
}

void ScaledGram::fillLower(double *lower, double added,
                           llvm::ThreadPoolInterface *pool) const {
  int64_t n = size();
  parallelForRange(pool, n, 64, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const double *source = gram.data() + row * n;
      double *target = lower + row * n;
      double scale = inverseScales[row];
      for (int64_t column = 0; column <= row; ++column)
        target[column] = source[column] * scale * inverseScales[column];
      target[row] += added;
    }
  });
}
