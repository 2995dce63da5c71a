//===- Blas.h - Dense linear algebra, loaded at need ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only door to BLAS and LAPACK. OpenBLAS is loaded when a method first needs
// it, so that nothing links with it and only those methods depend on it. Every
// call runs on the calling thread alone: the pruning numerics share work between
// threads themselves, in pieces that do not depend on their number, which keeps
// results the same for any number.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_BLAS_H
#define SPARSEOPT_PRUNING_BLAS_H

#include "llvm/Support/Error.h"

#include <cstdint>

namespace sparseopt::pruning {

/// Row-major matrices with a leading dimension (elements from one row to the
/// next). Thread-safe.
class Blas {
public:
  /// Loads OpenBLAS: the file that the environment variable SPARSEOPT_OPENBLAS
  /// names, or else `libopenblas.so.0`. Sets its number of threads to 1. The error
  /// says what to install.
  static llvm::Expected<const Blas *> get();

  enum class Transpose { No, Yes };

  /// C [m, n] = alpha * A [m, k] * op(B) + beta * C; B is [k, n], or [n, k] when
  /// transposed.
  void gemm(Transpose transposeB, int64_t m, int64_t n, int64_t k, float alpha,
            const float *a, int64_t lda, const float *b, int64_t ldb,
            float beta, float *c, int64_t ldc) const;
  void gemm(Transpose transposeB, int64_t m, int64_t n, int64_t k, double alpha,
            const double *a, int64_t lda, const double *b, int64_t ldb,
            double beta, double *c, int64_t ldc) const;

  /// X [m, n] = X * inverse(op(L)) with L [n, n] lower triangular.
  void solveLower(Transpose transposeL, int64_t m, int64_t n, const float *l,
                  int64_t ldl, float *x, int64_t ldx) const;
  void solveLower(Transpose transposeL, int64_t m, int64_t n, const double *l,
                  int64_t ldl, double *x, int64_t ldx) const;

  /// Replaces the lower triangle of the symmetric A [n, n] by its Cholesky factor
  /// L, A = L L^T. Returns the 1-based position of the first pivot that is not
  /// positive, 0 on success. The upper triangle is left alone.
  int64_t cholesky(int64_t n, double *a, int64_t lda) const;

private:
  Blas() = default;
  llvm::Error load();

  using Gemm32 = void (*)(const char *, const char *, const int *, const int *,
                          const int *, const float *, const float *,
                          const int *, const float *, const int *,
                          const float *, float *, const int *);
  using Gemm64 = void (*)(const char *, const char *, const int *, const int *,
                          const int *, const double *, const double *,
                          const int *, const double *, const int *,
                          const double *, double *, const int *);
  using Trsm32 = void (*)(const char *, const char *, const char *,
                          const char *, const int *, const int *, const float *,
                          const float *, const int *, float *, const int *);
  using Trsm64 = void (*)(const char *, const char *, const char *,
                          const char *, const int *, const int *,
                          const double *, const double *, const int *, double *,
                          const int *);
  using Potrf64 = void (*)(const char *, const int *, double *, const int *,
                           int *);
  Gemm32 sgemm = nullptr;
  Gemm64 dgemm = nullptr;
  Trsm32 strsm = nullptr;
  Trsm64 dtrsm = nullptr;
  Potrf64 dpotrf = nullptr;
};

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_BLAS_H
