//===- BlasTest.cpp - Tests of the door to BLAS -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Row-major calls, leading dimensions and transposes against loops.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Blas.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>
#include <vector>

using namespace sparseopt::pruning;

namespace {

template <typename T>
std::vector<T> makeRandom(int64_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<T> normal;
  std::vector<T> values(size);
  for (T &value : values)
    value = normal(random);
  return values;
}

template <typename T>
void testGemm(double tolerance) {
  const Blas &blas = *llvm::cantFail(Blas::get());
  constexpr int64_t m = 3, n = 5, k = 4, lda = 6, ldc = 7;
  for (Blas::Transpose transpose :
       {Blas::Transpose::No, Blas::Transpose::Yes}) {
    bool isTransposed = transpose == Blas::Transpose::Yes;
    int64_t ldb = 8;
    std::vector<T> a = makeRandom<T>(m * lda, 1), b = makeRandom<T>(64, 2);
    std::vector<T> c = makeRandom<T>(m * ldc, 3), expected = c;
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        T sum = 0;
        for (int64_t l = 0; l < k; ++l)
          sum +=
              a[i * lda + l] * (isTransposed ? b[j * ldb + l] : b[l * ldb + j]);
        expected[i * ldc + j] = T(2) * sum + T(0.5) * expected[i * ldc + j];
      }
    blas.gemm(transpose, m, n, k, T(2), a.data(), lda, b.data(), ldb, T(0.5),
              c.data(), ldc);
    for (size_t index = 0; index < c.size(); ++index)
      EXPECT_NEAR(c[index], expected[index], tolerance);
  }
}

TEST(Blas, MultipliesRowMajor) {
  testGemm<float>(1e-5);
  testGemm<double>(1e-13);
}

TEST(Blas, FactorsAndSolves) {
  const Blas &blas = *llvm::cantFail(Blas::get());
  constexpr int64_t n = 6, lda = 9;
  std::vector<double> root = makeRandom<double>(n * n, 4), a(n * lda, 77);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      a[i * lda + j] = i == j ? 1 : 0;
      for (int64_t l = 0; l < n; ++l)
        a[i * lda + j] += root[i * n + l] * root[j * n + l];
    }
  std::vector<double> lower = a;
  ASSERT_EQ(blas.cholesky(n, lower.data(), lda), 0);
  EXPECT_EQ(lower[1], 77) << "the upper triangle is left alone";
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (int64_t l = 0; l <= j; ++l)
        sum += lower[i * lda + l] * lower[j * lda + l];
      EXPECT_NEAR(sum, a[i * lda + j], 1e-12);
    }
  // x A = b by the two triangles.
  std::vector<double> b = makeRandom<double>(2 * n, 5), x = b;
  blas.solveLower(Blas::Transpose::Yes, 2, n, lower.data(), lda, x.data(), n);
  blas.solveLower(Blas::Transpose::No, 2, n, lower.data(), lda, x.data(), n);
  for (int64_t row = 0; row < 2; ++row)
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (int64_t l = 0; l < n; ++l)
        sum += x[row * n + l] * a[std::max(l, j) * lda + std::min(l, j)];
      EXPECT_NEAR(sum, b[row * n + j], 1e-10);
    }
}

TEST(Blas, ReportsThePivot) {
  const Blas &blas = *llvm::cantFail(Blas::get());
  double a[] = {1, 0, 2, 3};
  EXPECT_EQ(blas.cholesky(2, a, 2), 2);
}

} // namespace
