//===- Parallel.h - Deterministic parallel loops ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parallel loop over numbered tasks on an LLVM thread pool. Work is cut into
// fixed pieces that do not depend on the number of threads, which is what makes
// the results of this library independent of it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_PARALLEL_H
#define SPARSEOPT_PRUNING_PARALLEL_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// Elements in one piece of work.
constexpr int64_t elementsPerTask = int64_t(1) << 16;

/// Runs `fn(0) .. fn(numTasks - 1)`, in any order, on `pool`; in order on the
/// calling thread when `pool` is null. May be nested. Returns when all ran.
void parallelFor(llvm::ThreadPoolInterface *pool, int64_t numTasks,
                 llvm::function_ref<void(int64_t task)> fn);

/// Cuts [0, size) into pieces of `pieceSize` and runs `fn(begin, end)` on each.
void parallelForRange(llvm::ThreadPoolInterface *pool, int64_t size,
                      int64_t pieceSize,
                      llvm::function_ref<void(int64_t begin, int64_t end)> fn);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_PARALLEL_H
