//===- Statistics.cpp - What pruning removed --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts and norms of a weight before and after a mask.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Statistics.h"

#include "sparse-opt/Pruning/Parallel.h"

#include <cmath>

using namespace sparseopt::pruning;

double PruneStatistics::getSparsity() const {
  if (numElements == 0)
    return 0;
  return 1.0 - double(numNonzerosAfter) / double(numElements);
}

double PruneStatistics::getRetainedNorm() const {
  return squaresBefore == 0 ? 1.0 : std::sqrt(squaresAfter / squaresBefore);
}

template <typename Element>
static PruneStatistics computePiece(const typename Element::Storage *data,
                                    const uint8_t *keep, int64_t size) {
  PruneStatistics piece;
  piece.numElements = size;
  for (int64_t index = 0; index < size; ++index) {
    typename Element::Key key = Element::getKey(data[index]);
    double magnitude = Element::keyToDouble(key);
    double kept = keep[index] ? magnitude : 0.0;
    piece.numNonzerosBefore += key != 0;
    piece.numNonzerosAfter += (key != 0) & (keep[index] != 0);
    piece.l1Before += magnitude;
    piece.l1After += kept;
    piece.squaresBefore += magnitude * magnitude;
    piece.squaresAfter += kept * kept;
  }
  return piece;
}

PruneStatistics
sparseopt::pruning::computeStatistics(TensorRef weight, const Mask &mask,
                                      llvm::ThreadPoolInterface *pool) {
  int64_t size = weight.getNumElements();
  std::vector<PruneStatistics> pieces((size + elementsPerTask - 1) /
                                      elementsPerTask);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    parallelForRange(pool, size, elementsPerTask,
                     [&](int64_t begin, int64_t end) {
                       pieces[begin / elementsPerTask] = computePiece<Element>(
                           data + begin, mask.data() + begin, end - begin);
                     });
  });
  PruneStatistics total;
  for (const PruneStatistics &piece : pieces) {
    total.numElements += piece.numElements;
    total.numNonzerosBefore += piece.numNonzerosBefore;
    total.numNonzerosAfter += piece.numNonzerosAfter;
    total.l1Before += piece.l1Before;
    total.l1After += piece.l1After;
    total.squaresBefore += piece.squaresBefore;
    total.squaresAfter += piece.squaresAfter;
  }
  return total;
}
