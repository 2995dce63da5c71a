//===- Transposable.h - Masks that are N:M both ways ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// N:M masks whose transpose is N:M too, for layers that are read along both dims.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_TRANSPOSABLE_H
#define SPARSEOPT_PRUNING_TRANSPOSABLE_H

#include "sparse-opt/Pruning/Mask.h"

namespace sparseopt::pruning {

/// The mask of largest total score that keeps at most `n` in each aligned group
/// of `m` along both dims of `scores` [rows, columns], which are not negative;
/// exactly `n` in full tiles. Exact for each tile of m x m: a transportation
/// problem solved by augmenting paths. Larger scores are never worse; among equal
/// masks the choice is fixed.
Mask chooseTransposableMask(llvm::ArrayRef<float> scores, int64_t rows,
                            int64_t columns, int64_t n, int64_t m,
                            llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_TRANSPOSABLE_H
