//===- NMMask.cpp - Choice of N:M masks -------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps the N largest magnitudes of each group of M, along any dimension. Small
// group sizes are ranked by counting comparisons, which has no branches and
// vectorises; others, and tails, use nth_element.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Parallel.h"

#include "MaskImpl.h"
#include "Panels.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <utility>

using namespace sparseopt::pruning;

/// One group of any size; elements are `stride` apart.
template <typename Element>
static void chooseGroup(const typename Element::Storage *data, uint8_t *keep,
                        int64_t groupSize, int64_t stride, int64_t n) {
  using Ranked = std::pair<typename Element::Key, int64_t>;
  int64_t numDropped = groupSize - std::min(n, groupSize);
  for (int64_t index = 0; index < groupSize; ++index)
    keep[index * stride] = 1;
  if (numDropped == 0)
    return;
  llvm::SmallVector<Ranked, 32> ranked;
  for (int64_t index = 0; index < groupSize; ++index)
    ranked.emplace_back(Element::getKey(data[index * stride]), index);
  std::nth_element(ranked.begin(), ranked.begin() + (numDropped - 1),
                   ranked.end());
  for (int64_t drop = 0; drop < numDropped; ++drop)
    keep[ranked[drop].second * stride] = 0;
}

/// `numGroups` groups of M elements that are `stride` apart; consecutive groups
/// are `groupStride` apart. The rank of an element is the number of elements
/// that go before it.
template <typename Element, int M, bool contiguous>
static void rankGroups(const typename Element::Storage *__restrict data,
                       uint8_t *__restrict keep, int64_t numGroups,
                       int64_t runtimeStride, int64_t n) {
  using Key = typename Element::Key;
  int64_t stride = contiguous ? 1 : runtimeStride;
  int64_t groupStride = contiguous ? M : 1;
  Key numDropped = Key(M - n);
  for (int64_t group = 0; group < numGroups; ++group) {
    const typename Element::Storage *first = data + group * groupStride;
    Key keys[M], ranks[M];
    for (int index = 0; index < M; ++index) {
      keys[index] = Element::getKey(first[index * stride]);
      ranks[index] = 0;
    }
    for (int low = 0; low < M; ++low)
      for (int high = low + 1; high < M; ++high) {
        Key lowGoesFirst = keys[low] <= keys[high];
        ranks[high] = Key(ranks[high] + lowGoesFirst);
        ranks[low] = Key(ranks[low] + Key(1 - lowGoesFirst));
      }
    for (int index = 0; index < M; ++index)
      keep[group * groupStride + index * stride] = ranks[index] >= numDropped;
  }
}

/// The same for contiguous groups that are long: transposed in batches, so that
/// the ranks of many groups are counted at once.
template <typename Element, int M>
static void rankBatches(const typename Element::Storage *data, uint8_t *keep,
                        int64_t numGroups, int64_t n) {
  using Key = typename Element::Key;
  constexpr int64_t batch = 64;
  Key numDropped = Key(M - n);
  Key keys[M][batch] = {};
  Key ranks[M][batch];
  for (int64_t first = 0; first < numGroups; first += batch) {
    int64_t count = std::min(batch, numGroups - first);
    for (int64_t group = 0; group < count; ++group)
      for (int index = 0; index < M; ++index)
        keys[index][group] = Element::getKey(data[(first + group) * M + index]);
    for (int low = 0; low < M; ++low)
      std::fill_n(ranks[low], batch, Key(low));
    // An element starts with all earlier ones before it; each pair where the
    // earlier one is larger moves one place.
    for (int low = 0; low < M; ++low)
      for (int high = low + 1; high < M; ++high)
        for (int64_t group = 0; group < batch; ++group) {
          Key swaps = keys[low][group] > keys[high][group];
          ranks[low][group] = Key(ranks[low][group] + swaps);
          ranks[high][group] = Key(ranks[high][group] - swaps);
        }
    for (int64_t group = 0; group < count; ++group)
      for (int index = 0; index < M; ++index)
        keep[(first + group) * M + index] = ranks[index][group] >= numDropped;
  }
}

/// Panels [begin, end) whose groups all have M elements, or M = 0 for any size.
template <typename Element, int M>
static void choosePanels(const typename Element::Storage *data, uint8_t *keep,
                         const PanelView &view, int64_t n, int64_t begin,
                         int64_t end) {
  for (int64_t panel = begin; panel < end; ++panel) {
    int64_t first = view.getBegin(panel);
    int64_t groupSize = view.getGroupSize(panel);
    if constexpr (M != 0) {
      if (groupSize == M && view.inner == 1) {
        // Full groups up to the end of this row of panels are contiguous.
        int64_t inRow = view.size / M - panel % view.panelsPerOuter;
        int64_t numGroups = std::min(end - panel, inRow);
        if constexpr (M >= 8)
          rankBatches<Element, M>(data + first, keep + first, numGroups, n);
        else
          rankGroups<Element, M, true>(data + first, keep + first, numGroups, 1,
                                       n);
        panel += numGroups - 1;
        continue;
      }
      if (groupSize == M) {
        rankGroups<Element, M, false>(data + first, keep + first, view.inner,
                                      view.inner, n);
        continue;
      }
    }
    for (int64_t inner = 0; inner < view.inner; ++inner)
      chooseGroup<Element>(data + first + inner, keep + first + inner,
                           groupSize, view.inner, n);
  }
}

Mask sparseopt::pruning::chooseNMMask(TensorRef weight,
                                      const NMPattern &pattern,
                                      llvm::ThreadPoolInterface *pool) {
  Mask mask(weight.getNumElements());
  if (mask.empty())
    return mask;
  PanelView view(weight.shape, pattern);
  int64_t panelSize = std::min(view.m, view.size) * view.inner;
  int64_t panelsPerTask = std::max<int64_t>(1, elementsPerTask / panelSize);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    auto choose = &choosePanels<Element, 0>;
    if (view.m == 2)
      choose = &choosePanels<Element, 2>;
    else if (view.m == 4)
      choose = &choosePanels<Element, 4>;
    else if (view.m == 8)
      choose = &choosePanels<Element, 8>;
    else if (view.m == 16)
      choose = &choosePanels<Element, 16>;
    parallelForRange(pool, view.getNumPanels(), panelsPerTask,
                     [&](int64_t begin, int64_t end) {
                       choose(data, mask.data(), view, pattern.n, begin, end);
                     });
  });
  return mask;
}
