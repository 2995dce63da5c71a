//===- Parallel.cpp - Deterministic parallel loops --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parallel loop over numbered tasks: workers take the next number until none is
// left.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Parallel.h"

#include "llvm/Support/ThreadPool.h"

#include <algorithm>
#include <atomic>

void sparseopt::pruning::parallelFor(llvm::ThreadPoolInterface *pool,
                                     int64_t numTasks,
                                     llvm::function_ref<void(int64_t)> fn) {
  int64_t numWorkers =
      pool ? std::min<int64_t>(pool->getMaxConcurrency(), numTasks) : 1;
  if (numWorkers <= 1) {
    for (int64_t task = 0; task < numTasks; ++task)
      fn(task);
    return;
  }
  std::atomic<int64_t> next(0);
  llvm::ThreadPoolTaskGroup group(*pool);
  for (int64_t worker = 0; worker < numWorkers; ++worker) {
    group.async([&] {
      for (int64_t task = next++; task < numTasks; task = next++)
        fn(task);
    });
  }
  group.wait();
}

void sparseopt::pruning::parallelForRange(
    llvm::ThreadPoolInterface *pool, int64_t size, int64_t pieceSize,
    llvm::function_ref<void(int64_t, int64_t)> fn) {
  int64_t numPieces = (size + pieceSize - 1) / pieceSize;
  parallelFor(pool, numPieces, [&](int64_t piece) {
    int64_t begin = piece * pieceSize;
    fn(begin, std::min(size, begin + pieceSize));
  });
}
