//===- Select.cpp - Selection of the smallest scores ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Radix selection: histograms of one digit of the keys at a time narrow down
// the wanted key. Counts are integers, so the order in which threads add them
// does not matter. Short inputs are selected by nth_element instead; both are
// exact.
//
//===----------------------------------------------------------------------===//

#include "Select.h"

#include "sparse-opt/Pruning/Parallel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <array>
#include <mutex>

using namespace sparseopt::pruning;

namespace {
constexpr unsigned bitsPerDigit = 11;
constexpr unsigned numDigits = 1u << bitsPerDigit;
constexpr int64_t shortInput = 1 << 13;

/// A fixed-size piece of a segment.
struct Piece {
  const Segment *segment;
  int64_t begin;
  int64_t end;
};
} // namespace

KeySource KeySource::fromNorms(llvm::ArrayRef<double> norms,
                               llvm::ArrayRef<uint8_t> isNonzero) {
  KeySource source;
  source.isUnits = true;
  source.unitKeys.reserve(norms.size());
  // A nonzero unit has a key of at least 1.
  for (auto [norm, nonzero] : llvm::zip_equal(norms, isNonzero))
    source.unitKeys.push_back(nonzero ? llvm::bit_cast<uint64_t>(norm) + 1 : 0);
  return source;
}

unsigned KeySource::getNumKeyBits() const {
  return wide || isUnits ? 64 : getElementSize(tensor.type) * 8;
}

double KeySource::keyToDouble(uint64_t key) const {
  if (isUnits)
    return key == 0 ? 0.0 : llvm::bit_cast<double>(key - 1);
  if (wide)
    return llvm::bit_cast<double>(key);
  return dispatchElementType(tensor.type, [&](auto element) {
    using Element = decltype(element);
    return Element::keyToDouble(typename Element::Key(key));
  });
}

static std::vector<Piece> cutIntoPieces(llvm::ArrayRef<Segment> segments) {
  std::vector<Piece> pieces;
  for (const Segment &segment : segments)
    for (int64_t begin = segment.begin; begin < segment.end;
         begin += elementsPerTask)
      pieces.push_back(
          {&segment, begin, std::min(segment.end, begin + elementsPerTask)});
  return pieces;
}

static int64_t getTotalSize(llvm::ArrayRef<Segment> segments) {
  int64_t total = 0;
  for (const Segment &segment : segments)
    total += segment.size();
  return total;
}

static uint64_t selectKeyOfShort(llvm::ArrayRef<Segment> segments,
                                 int64_t position) {
  llvm::SmallVector<uint64_t, 0> keys;
  keys.reserve(getTotalSize(segments));
  for (const Segment &segment : segments)
    segment.source->forEach(
        segment.begin, segment.end,
        [&](int64_t, uint64_t key) { keys.push_back(key); });
  std::nth_element(keys.begin(), keys.begin() + position, keys.end());
  return keys[position];
}

uint64_t sparseopt::pruning::selectKey(llvm::ArrayRef<Segment> segments,
                                       int64_t position,
                                       llvm::ThreadPoolInterface *pool) {
  if (getTotalSize(segments) <= shortInput)
    return selectKeyOfShort(segments, position);
  std::vector<Piece> pieces = cutIntoPieces(segments);
  unsigned remainingBits = segments.front().source->getNumKeyBits();
  uint64_t prefix = 0;     // Digits chosen so far, in place.
  uint64_t prefixMask = 0; // Bits of `prefix` that are decided.
  while (remainingBits > 0) {
    unsigned width = std::min(bitsPerDigit, remainingBits);
    unsigned shift = remainingBits - width;
    uint64_t digitMask = (uint64_t(1) << width) - 1;
    std::array<int64_t, numDigits> histogram{};
    std::mutex mutex;
    parallelFor(pool, pieces.size(), [&](int64_t index) {
      const Piece &piece = pieces[index];
      std::array<uint32_t, numDigits> local{};
      piece.segment->source->forEach(
          piece.begin, piece.end, [&](int64_t, uint64_t key) {
            local[(key >> shift) & digitMask] += (key & prefixMask) == prefix;
          });
      std::lock_guard<std::mutex> lock(mutex);
      for (unsigned digit = 0; digit <= digitMask; ++digit)
        histogram[digit] += local[digit];
    });
    uint64_t digit = 0;
    while (position >= histogram[digit])
      position -= histogram[digit++];
    prefix |= digit << shift;
    prefixMask |= digitMask << shift;
    remainingBits = shift;
  }
  return prefix;
}

void sparseopt::pruning::dropSmallest(llvm::ArrayRef<Segment> segments,
                                      int64_t count,
                                      llvm::ThreadPoolInterface *pool) {
  std::vector<Piece> pieces = cutIntoPieces(segments);
  if (count == 0) {
    for (const Segment &segment : segments)
      std::fill(segment.keep + segment.begin, segment.keep + segment.end, 1);
    return;
  }
  uint64_t last = selectKey(segments, count - 1, pool);
  // All keys below `last` go, and the first `count` minus that many of the
  // equal ones. Counting per piece gives each piece its share of them.
  std::vector<int64_t> numBelow(pieces.size()), numEqual(pieces.size());
  parallelFor(pool, pieces.size(), [&](int64_t index) {
    const Piece &piece = pieces[index];
    int64_t below = 0, equal = 0;
    piece.segment->source->forEach(piece.begin, piece.end,
                                   [&](int64_t, uint64_t key) {
                                     below += key < last;
                                     equal += key == last;
                                   });
    numBelow[index] = below;
    numEqual[index] = equal;
  });
  int64_t numTies = count;
  for (int64_t below : numBelow)
    numTies -= below;
  std::vector<int64_t> share(pieces.size());
  for (size_t index = 0; index < pieces.size(); ++index) {
    share[index] = std::min(numTies, numEqual[index]);
    numTies -= share[index];
  }
  parallelFor(pool, pieces.size(), [&](int64_t index) {
    const Piece &piece = pieces[index];
    uint8_t *keep = piece.segment->keep;
    int64_t ties = share[index];
    piece.segment->source->forEach(piece.begin, piece.end,
                                   [&](int64_t position, uint64_t key) {
                                     bool dropTie = key == last && ties > 0;
                                     ties -= dropTie;
                                     keep[position] = !(key < last || dropTie);
                                   });
  });
}

void sparseopt::pruning::dropAtMost(llvm::ArrayRef<Segment> segments,
                                    double threshold,
                                    llvm::ThreadPoolInterface *pool) {
  std::vector<Piece> pieces = cutIntoPieces(segments);
  parallelFor(pool, pieces.size(), [&](int64_t index) {
    const Piece &piece = pieces[index];
    const KeySource &source = *piece.segment->source;
    uint8_t *keep = piece.segment->keep;
    source.forEach(piece.begin, piece.end, [&](int64_t position, uint64_t key) {
      keep[position] = source.keyToDouble(key) > threshold;
    });
  });
}
