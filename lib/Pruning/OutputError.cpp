//===- OutputError.cpp - Error of a layer's output --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ||(W - W') X||^2 = trace((W - W') H (W - W')^T), in f64.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Blas.h"
#include "sparse-opt/Pruning/OutputEnergy.h"

#include "Layer.h"

using namespace sparseopt::pruning;

/// Rows of one product. Fixed, since sums are taken in these pieces.
static constexpr int64_t rowsPerProduct = 128;

/// trace(A H A^T) of A [rows, columns].
static double computeEnergy(const Blas &blas, llvm::ArrayRef<float> values,
                            int64_t rows, int64_t columns,
                            llvm::ArrayRef<double> gram,
                            llvm::ThreadPoolInterface *pool) {
  std::vector<double> partial((rows + rowsPerProduct - 1) / rowsPerProduct);
  parallelForRange(pool, rows, rowsPerProduct, [&](int64_t begin, int64_t end) {
    int64_t count = (end - begin) * columns;
    llvm::ArrayRef<float> source = values.slice(begin * columns, count);
    std::vector<double> a(source.begin(), source.end()), product(count);
    blas.gemm(Blas::Transpose::No, end - begin, columns, columns, 1.0, a.data(),
              columns, gram.data(), columns, 0.0, product.data(), columns);
    double sum = 0;
    for (int64_t index = 0; index < count; ++index)
      sum += a[index] * product[index];
    partial[begin / rowsPerProduct] = sum;
  });
  double total = 0;
  for (double sum : partial)
    total += sum;
  return total;
}

llvm::Expected<double> sparseopt::pruning::computeOutputError(
    TensorRef weight, TensorRef pruned, llvm::ArrayRef<double> gram,
    int64_t inputDim, llvm::ThreadPoolInterface *pool) {
  llvm::Expected<const Blas *> blas = Blas::get();
  if (!blas)
    return blas.takeError();
  Layer before = loadLayer(weight, inputDim, pool);
  if (before.size() == 0)
    return 0.0;
  Layer after = loadLayer(pruned, inputDim, pool);
  double all = computeEnergy(**blas, before.values, before.rows, before.columns,
                             gram, pool);
  for (int64_t index = 0; index < before.size(); ++index)
    after.values[index] = before.values[index] - after.values[index];
  double lost = computeEnergy(**blas, after.values, after.rows, after.columns,
                              gram, pool);
  return getRelativeError(lost, all);
}
