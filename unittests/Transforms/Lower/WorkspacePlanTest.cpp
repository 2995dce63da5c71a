//===- WorkspacePlanTest.cpp - Tests of workspace planning ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers that are alive together do not overlap; memory is reused where it can be.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/WorkspacePlan.h"

#include "gtest/gtest.h"

#include <random>
#include <vector>

using namespace sparseopt;

TEST(WorkspacePlanTest, EmptyNeedsNothing) {
  WorkspacePlan plan = planWorkspace({}, 64);
  EXPECT_EQ(plan.size, 0);
  EXPECT_TRUE(plan.offsets.empty());
}

TEST(WorkspacePlanTest, SizesAreRoundedToAlignment) {
  BufferLifetime buffers[] = {{1, 0, 0}, {65, 0, 0}};
  WorkspacePlan plan = planWorkspace(buffers, 64);
  EXPECT_EQ(plan.size, 192);
}

TEST(WorkspacePlanTest, ChainNeedsTwoBuffers) {
  // Each step reads the buffer of the one before.
  std::vector<BufferLifetime> buffers;
  for (int64_t i = 0; i < 10; ++i)
    buffers.push_back({128, i, i + 1});
  EXPECT_EQ(planWorkspace(buffers, 64).size, 256);
}

TEST(WorkspacePlanTest, SmallBufferFillsGap) {
  // While the large buffer at the start is dead, small ones use its place.
  BufferLifetime buffers[] = {{1024, 0, 1}, {512, 1, 3}, {256, 2, 3}};
  EXPECT_EQ(planWorkspace(buffers, 64).size, 1536);
}

TEST(WorkspacePlanTest, ZeroSizeTakesNoSpace) {
  BufferLifetime buffers[] = {{0, 0, 5}, {64, 0, 5}};
  EXPECT_EQ(planWorkspace(buffers, 64).size, 64);
}

TEST(WorkspacePlanTest, RandomBuffersNeverOverlap) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<BufferLifetime> buffers;
    for (int i = 0; i < 60; ++i) {
      int64_t first = random() % 40;
      buffers.push_back(
          {int64_t(random() % 5000), first, first + int64_t(random() % 10)});
    }
    WorkspacePlan plan = planWorkspace(buffers, 64);
    for (size_t a = 0; a < buffers.size(); ++a) {
      EXPECT_EQ(plan.offsets[a] % 64, 0);
      EXPECT_LE(plan.offsets[a] + buffers[a].size, plan.size);
      for (size_t b = 0; b < a; ++b) {
        bool together = buffers[a].first <= buffers[b].last &&
                        buffers[b].first <= buffers[a].last;
        bool overlap = plan.offsets[a] < plan.offsets[b] + buffers[b].size &&
                       plan.offsets[b] < plan.offsets[a] + buffers[a].size;
        EXPECT_FALSE(together && overlap) << a << " and " << b;
      }
    }
  }
}
