//===- Cholesky.h - Factors of damped Gram matrices -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper: Cholesky factorisation that uses the threads of the pool in
// fixed tiles, and the ladder of dampings that is climbed when a Gram matrix is
// numerically singular.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_CHOLESKY_H
#define SPARSEOPT_LIB_PRUNING_CHOLESKY_H

#include "sparse-opt/Pruning/Blas.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// Replaces the lower triangle of the symmetric `a` [n, n], row-major, by its
/// Cholesky factor. Returns whether all pivots were positive.
bool factorLower(const Blas &blas, int64_t n, double *a,
                 llvm::ThreadPoolInterface *pool);

/// A Cholesky factor and the damping that it took.
struct DampedFactor {
  std::vector<double> lower; // [n, n]; the upper triangle holds anything.
  double damping = 0;
};

/// Factor of the matrix whose lower triangle `fill(lower, damping)` writes. When
/// it is not positive definite the damping is multiplied by 10 (a damping of 0
/// starts at 1e-6) and tried again, up to 1. The error says so.
llvm::Expected<DampedFactor>
factorDamped(const Blas &blas, int64_t n, double damping,
             llvm::function_ref<void(double *lower, double damping)> fill,
             llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_CHOLESKY_H
