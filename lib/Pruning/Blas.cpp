//===- Blas.cpp - Dense linear algebra, loaded at need ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads OpenBLAS and translates row-major calls to its column-major ones.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Blas.h"

#include "llvm/ADT/Twine.h"

#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <string>

using namespace sparseopt::pruning;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Error Blas::load() {
  const char *file = std::getenv("SPARSEOPT_OPENBLAS");
  if (!file || !*file)
    file = "libopenblas.so.0";
  // Local, so that no other library of the process binds to these symbols.
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    return makeError(llvm::Twine("cannot load OpenBLAS: ") +
                     (reason ? reason : file) +
                     "; install it (Debian: libopenblas0) or name the file in "
                     "SPARSEOPT_OPENBLAS");
  }
  std::string missing;
  auto find = [&](auto &pointer, const char *name) {
    void *address = dlsym(library, name);
    if (!address && missing.empty())
      missing = name;
    pointer =
        reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(address);
  };
  void (*setNumThreads)(int) = nullptr;
  find(setNumThreads, "openblas_set_num_threads");
  find(sgemm, "sgemm_");
  find(dgemm, "dgemm_");
  find(strsm, "strsm_");
  find(dtrsm, "dtrsm_");
  find(dpotrf, "dpotrf_");
  if (!missing.empty())
    return makeError(llvm::Twine(file) +
                     " is no OpenBLAS with LAPACK: it has no " + missing);
  setNumThreads(1);
  return llvm::Error::success();
}

llvm::Expected<const Blas *> Blas::get() {
  struct Loaded {
    Blas blas;
    std::string error;
    Loaded() { error = llvm::toString(blas.load()); }
  };
  static const Loaded loaded;
  if (!loaded.error.empty())
    return makeError(loaded.error);
  return &loaded.blas;
}

// A row-major matrix is the column-major transpose: C = A B becomes
// C^T = B^T A^T, and a lower triangle an upper one.

void Blas::gemm(Transpose transposeB, int64_t m, int64_t n, int64_t k,
                float alpha, const float *a, int64_t lda, const float *b,
                int64_t ldb, float beta, float *c, int64_t ldc) const {
  int rows = n, columns = m, depth = k, strideA = lda, strideB = ldb,
      strideC = ldc;
  sgemm(transposeB == Transpose::Yes ? "T" : "N", "N", &rows, &columns, &depth,
        &alpha, b, &strideB, a, &strideA, &beta, c, &strideC);
}

void Blas::gemm(Transpose transposeB, int64_t m, int64_t n, int64_t k,
                double alpha, const double *a, int64_t lda, const double *b,
                int64_t ldb, double beta, double *c, int64_t ldc) const {
  int rows = n, columns = m, depth = k, strideA = lda, strideB = ldb,
      strideC = ldc;
  dgemm(transposeB == Transpose::Yes ? "T" : "N", "N", &rows, &columns, &depth,
        &alpha, b, &strideB, a, &strideA, &beta, c, &strideC);
}

void Blas::solveLower(Transpose transposeL, int64_t m, int64_t n,
                      const float *l, int64_t ldl, float *x,
                      int64_t ldx) const {
  int rows = n, columns = m, strideL = ldl, strideX = ldx;
  float one = 1;
  strsm("L", "U", transposeL == Transpose::Yes ? "T" : "N", "N", &rows,
        &columns, &one, l, &strideL, x, &strideX);
}

void Blas::solveLower(Transpose transposeL, int64_t m, int64_t n,
                      const double *l, int64_t ldl, double *x,
                      int64_t ldx) const {
  int rows = n, columns = m, strideL = ldl, strideX = ldx;
  double one = 1;
  dtrsm("L", "U", transposeL == Transpose::Yes ? "T" : "N", "N", &rows,
        &columns, &one, l, &strideL, x, &strideX);
}

int64_t Blas::cholesky(int64_t n, double *a, int64_t lda) const {
  int size = n, stride = lda, info = 0;
  dpotrf("U", &size, a, &stride, &info);
  return info;
}
