//===- RowSelect.cpp - The smallest magnitudes of short rows ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One row at a time, which lies in the cache: a histogram of the leading bits
// finds the bin of the last value to go, and only that bin is ordered. The same
// choice as `dropSmallest`.
//
//===----------------------------------------------------------------------===//

#include "RowSelect.h"

#include "sparse-opt/Pruning/Parallel.h"

#include <algorithm>
#include <array>

using namespace sparseopt::pruning;

namespace {

constexpr int numBinBits = 11;
constexpr int64_t numBins = int64_t(1) << numBinBits;

/// Selects in rows of one element type; keeps its buffers between rows.
template <typename Element>
class RowSelector {
public:
  using Storage = typename Element::Storage;
  using Key = typename Element::Key;

  void run(const Storage *data, uint8_t *keep, int64_t size, int64_t count);

private:
  /// Leading bits of a key without the sign's place; clamped, since the most
  /// negative integer reaches it.
  static int64_t getBin(Key key) {
    constexpr int numBits = sizeof(Key) * 8 - 1;
    constexpr int shift = numBits > numBinBits ? numBits - numBinBits : 0;
    return std::min<int64_t>(numBins - 1, int64_t(key >> shift));
  }

  std::array<std::array<uint32_t, numBins>, 2> histograms;
  std::vector<Key> candidates;
};

} // namespace

template <typename Element>
void RowSelector<Element>::run(const Storage *data, uint8_t *keep, int64_t size,
                               int64_t count) {
  if (count == 0) {
    std::fill_n(keep, size, 1);
    return;
  }
  // Two histograms, so that neighbours of one bin do not wait for each other.
  histograms[0].fill(0);
  histograms[1].fill(0);
  int64_t even = size / 2 * 2;
  for (int64_t index = 0; index < even; index += 2) {
    ++histograms[0][getBin(Element::getKey(data[index]))];
    ++histograms[1][getBin(Element::getKey(data[index + 1]))];
  }
  if (even < size)
    ++histograms[0][getBin(Element::getKey(data[even]))];
  int64_t bin = 0, numBefore = 0;
  while (true) {
    int64_t inBin = int64_t(histograms[0][bin]) + histograms[1][bin];
    if (numBefore + inBin >= count)
      break;
    numBefore += inBin;
    ++bin;
  }
  candidates.resize(size);
  int64_t numCandidates = 0;
  for (int64_t index = 0; index < size; ++index) {
    Key key = Element::getKey(data[index]);
    candidates[numCandidates] = key;
    numCandidates += getBin(key) == bin;
  }
  auto first = candidates.begin(), end = first + numCandidates;
  auto position = first + (count - 1 - numBefore);
  std::nth_element(first, position, end);
  Key last = *position;
  int64_t numEqual = std::count(first, end, last);
  int64_t numTies = 1 + std::count(first, position, last);
  for (int64_t index = 0; index < size; ++index)
    keep[index] = Element::getKey(data[index]) > last;
  if (numTies == numEqual)
    return;
  // Of the equal ones only the first go.
  for (int64_t index = 0; index < size; ++index)
    if (Element::getKey(data[index]) == last)
      keep[index] = numTies-- <= 0;
}

void sparseopt::pruning::dropSmallestOfRows(TensorRef weight, int64_t rowSize,
                                            int64_t count, uint8_t *keep,
                                            llvm::ThreadPoolInterface *pool) {
  if (rowSize == 0)
    return;
  int64_t numRows = weight.getNumElements() / rowSize;
  int64_t rowsPerPiece = std::max<int64_t>(1, elementsPerTask / rowSize);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    parallelForRange(pool, numRows, rowsPerPiece,
                     [&](int64_t begin, int64_t end) {
                       RowSelector<Element> selector;
                       for (int64_t row = begin; row < end; ++row)
                         selector.run(data + row * rowSize,
                                      keep + row * rowSize, rowSize, count);
                     });
  });
}
