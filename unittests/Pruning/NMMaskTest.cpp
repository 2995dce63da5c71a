//===- NMMaskTest.cpp - Tests of N:M masks ----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// N:M masks against the definition on all element types, ranks, dimensions and
// tails.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/PatternCheck.h"

#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/Support/ThreadPool.h"

using namespace sparseopt::pruning;

namespace {

/// Mask by the definition: in each group a stable sort by magnitude.
Mask chooseSlowly(const TestWeight &weight, const NMPattern &pattern) {
  Mask keep(weight.size(), 1);
  std::vector<double> scores = getMagnitudes(weight);
  int64_t inner = 1;
  for (size_t dim = pattern.dim + 1; dim < weight.shape.size(); ++dim)
    inner *= weight.shape[dim];
  int64_t length = weight.shape[pattern.dim];
  for (int64_t first = 0; first < weight.size(); ++first) {
    int64_t along = first / inner % length;
    if (along % pattern.m != 0)
      continue;
    int64_t size = std::min(pattern.m, length - along);
    std::vector<int64_t> group;
    for (int64_t index = 0; index < size; ++index)
      group.push_back(first + index * inner);
    dropSmallestSlowly(scores, size - std::min(size, pattern.n), group, keep);
  }
  return keep;
}

TEST(NMMask, MatchesDefinition) {
  std::vector<std::vector<int64_t>> shapes = {
      {64}, {1}, {7, 35}, {33, 16}, {5, 6, 3, 3}, {2, 19, 1}, {0, 8}, {8, 0}};
  unsigned seed = 0;
  for (ElementType type : allTypes)
    for (const std::vector<int64_t> &shape : shapes)
      for (int64_t dim = 0; dim < int64_t(shape.size()); ++dim)
        for (auto [n, m] : {std::pair<int64_t, int64_t>{2, 4},
                            {1, 4},
                            {4, 8},
                            {2, 8},
                            {1, 2},
                            {5, 16},
                            {3, 7},
                            {4, 4},
                            {1, 100}}) {
          TestWeight weight = makeRandom(shape, type, ++seed);
          NMPattern pattern{n, m, dim};
          Mask mask = choose(weight, {pattern, MagnitudeMethod(), {}});
          ASSERT_EQ(mask, chooseSlowly(weight, pattern))
              << toString(pattern) << " " << getElementTypeName(type).str();
          applyMask(weight.mutableRef(), mask, nullptr);
          ASSERT_TRUE(checkPattern(weight.ref(), pattern, nullptr).holds());
        }
}

TEST(NMMask, TiesDropTheLowerPosition) {
  TestWeight weight({1, 8}, {1, -1, 1, 1, 0, -0.0f, 3, 0});
  Mask mask = choose(weight, {NMPattern{2, 4, 1}, MagnitudeMethod(), {}});
  EXPECT_EQ(mask, (Mask{0, 0, 1, 1, 0, 0, 1, 1}));
}

TEST(NMMask, ZerosGoBeforeTheSmallestSubnormal) {
  TestWeight weight({1, 4}, {1e-45f, 0, -1e-45f, -0.0f});
  Mask mask = choose(weight, {NMPattern{2, 4, 1}, MagnitudeMethod(), {}});
  EXPECT_EQ(mask, (Mask{1, 0, 1, 0}));
}

TEST(NMMask, SameForAnyNumberOfThreads) {
  TestWeight weight = makeRandom({700, 515}, ElementType::BF16, 5);
  for (int64_t dim : {0, 1})
    for (int64_t m : {4, 6}) {
      PruneRequest request{NMPattern{2, m, dim}, MagnitudeMethod(), {}};
      Mask serial = choose(weight, request);
      for (unsigned numThreads : {1, 2, 5}) {
        llvm::DefaultThreadPool pool(llvm::hardware_concurrency(numThreads));
        EXPECT_EQ(choose(weight, request, &pool), serial);
      }
    }
}

TEST(NMMask, ConvolutionGroupsRunAlongInputChannels) {
  // OIHW with one filter of 2x2: channels 0..3 at each (h, w).
  TestWeight weight({1, 4, 2, 2},
                    {1, 2, 3, 4, 4, 3, 2, 1, 2, 4, 1, 3, 3, 1, 4, 2});
  Mask mask = choose(weight, {NMPattern{2, 4, 1}, MagnitudeMethod(), {}});
  EXPECT_EQ(mask, (Mask{0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0}));
}

} // namespace
