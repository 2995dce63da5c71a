//===- Cholesky.cpp - Factors of damped Gram matrices -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Right-looking factorisation by tiles, one BLAS call for each strip of tiles.
//
//===----------------------------------------------------------------------===//

#include "Cholesky.h"

#include "sparse-opt/Pruning/Parallel.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <string>

using namespace sparseopt::pruning;

/// Rows and columns of a tile. Fixed, since the order of sums depends on it.
static constexpr int64_t tileSize = 256;

bool sparseopt::pruning::factorLower(const Blas &blas, int64_t n, double *a,
                                     llvm::ThreadPoolInterface *pool) {
  for (int64_t first = 0; first < n; first += tileSize) {
    int64_t width = std::min(tileSize, n - first);
    double *diagonal = a + first * n + first;
    if (blas.cholesky(width, diagonal, n) != 0)
      return false;
    int64_t rest = first + width;
    parallelForRange(pool, n - rest, tileSize, [&](int64_t begin, int64_t end) {
      blas.solveLower(Blas::Transpose::Yes, end - begin, width, diagonal, n,
                      a + (rest + begin) * n + first, n);
    });
    // From the longest strip to the shortest, so that threads end together.
    int64_t numStrips = (n - rest + tileSize - 1) / tileSize;
    parallelFor(pool, numStrips, [&](int64_t strip) {
      int64_t begin = rest + (numStrips - 1 - strip) * tileSize;
      int64_t end = std::min(n, begin + tileSize);
      blas.gemm(Blas::Transpose::Yes, end - begin, end - rest, width, -1.0,
                a + begin * n + first, n, a + rest * n + first, n, 1.0,
                a + begin * n + rest, n);
    });
  }
  return true;
}

llvm::Expected<DampedFactor> sparseopt::pruning::factorDamped(
    const Blas &blas, int64_t n, double damping,
    llvm::function_ref<void(double *, double)> fill,
    llvm::ThreadPoolInterface *pool) {
  DampedFactor factor{std::vector<double>(n * n), damping};
  while (true) {
    fill(factor.lower.data(), factor.damping);
    if (factorLower(blas, n, factor.lower.data(), pool))
      return std::move(factor);
    double next = std::max(factor.damping * 10, 1e-6);
    if (next > 1.0000001)
      break;
    factor.damping = next;
  }
  std::string text;
  llvm::raw_string_ostream(text)
      << "the Gram matrix has no Cholesky factor at damping "
      << llvm::format("%g", damping) << " nor at any up to "
      << llvm::format("%g", factor.damping);
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}
