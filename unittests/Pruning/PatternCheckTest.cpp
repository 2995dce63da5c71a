//===- PatternCheckTest.cpp - Tests of pattern checks and detection -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Violations, histograms and detection of the patterns of sparse weights.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/PatternCheck.h"

#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/Support/ThreadPool.h"

using namespace sparseopt::pruning;

namespace {

using Histogram = std::map<int64_t, int64_t>;

TEST(PatternCheck, FirstViolationAndHistogram) {
  TestWeight weight({2, 10}, {1, 0, 2, 0, 0, 0, 0,     0, 7, 8, //
                              0, 0, 0, 0, 1, 2, -0.0f, 4, 9, 0});
  PatternReport report =
      checkPattern(weight.ref(), NMPattern{2, 4, 1}, nullptr);
  EXPECT_FALSE(report.holds());
  EXPECT_EQ(report.numGroups, 6);
  EXPECT_EQ(report.numViolations, 1);
  EXPECT_EQ(report.histogram, (Histogram{{0, 2}, {1, 1}, {2, 2}, {3, 1}}));
  ASSERT_TRUE(report.first.has_value());
  EXPECT_EQ(report.first->row, 1);
  EXPECT_EQ(report.first->group, 1);
  EXPECT_EQ(report.first->index, (llvm::SmallVector<int64_t>{1, 4}));
  EXPECT_EQ(report.first->values, (std::vector<double>{1, 2, 0, 4}));
}

TEST(PatternCheck, GroupsAlongAnOuterDimension) {
  TestWeight weight({5, 2}, {1, 0, 1, 0, 0, 0, 0, 0, 1, 1});
  PatternReport report =
      checkPattern(weight.ref(), NMPattern{1, 4, 0}, nullptr);
  EXPECT_EQ(report.numGroups, 4);
  EXPECT_EQ(report.numViolations, 1);
  EXPECT_EQ(report.histogram, (Histogram{{0, 1}, {1, 2}, {2, 1}}));
  EXPECT_EQ(report.first->index, (llvm::SmallVector<int64_t>{0, 0}));
  EXPECT_EQ(report.first->values, (std::vector<double>{1, 1, 0, 0}));
}

TEST(PatternCheck, NaNCountsAsNonzero) {
  TestWeight weight({4}, {NAN, INFINITY, 1, 0});
  EXPECT_EQ(
      checkPattern(weight.ref(), NMPattern{2, 4, 0}, nullptr).numViolations, 1);
}

TEST(PatternCheck, FirstViolationIsTheSameForAnyNumberOfThreads) {
  TestWeight weight = makeNormal({600, 400}, 3);
  applyMask(weight.mutableRef(),
            choose(weight, {NMPattern{2, 4, 1}, MagnitudeMethod(), {}}),
            nullptr);
  for (int64_t position : {239000, 150001, 150002, 150003, 150000})
    weight.setBits(position, 1.0f);
  weight.setBits(239001, 1.0f);
  weight.setBits(239002, 1.0f);
  for (unsigned numThreads : {1, 4}) {
    llvm::DefaultThreadPool pool(llvm::hardware_concurrency(numThreads));
    PatternReport report =
        checkPattern(weight.ref(), NMPattern{2, 4, 1}, &pool);
    EXPECT_EQ(report.numViolations, 2);
    EXPECT_EQ(report.first->index, (llvm::SmallVector<int64_t>{375, 0}));
  }
}

TEST(PatternCheck, EmptyAndScalarWeights) {
  TestWeight empty({0, 8}, ElementType::F32), scalar({}, {0});
  EXPECT_EQ(checkPattern(empty.ref(), NMPattern{2, 4, 1}, nullptr).numGroups,
            0);
  EXPECT_EQ(checkPattern(empty.ref(), BlockPattern{{4, 4}}, nullptr).numGroups,
            0);
  EXPECT_EQ(
      checkPattern(scalar.ref(), UnstructuredPattern(), nullptr).histogram,
      (Histogram{{0, 1}}));
}

TEST(PatternCheck, BlocksAndSlicesCountZeroUnits) {
  TestWeight weight({3, 5}, {1, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  PatternReport blocks =
      checkPattern(weight.ref(), BlockPattern{{2, 2}}, nullptr);
  EXPECT_TRUE(blocks.holds());
  EXPECT_EQ(blocks.numGroups, 6);
  EXPECT_EQ(blocks.histogram, (Histogram{{0, 5}, {3, 1}}));
  EXPECT_EQ(blocks.numZeroGroupElements, 11);
  PatternReport slices = checkPattern(weight.ref(), SlicePattern{1}, nullptr);
  EXPECT_EQ(slices.histogram, (Histogram{{0, 3}, {1, 1}, {2, 1}}));
  EXPECT_EQ(slices.numZeroGroupElements, 9);
}

std::string detect(const TestWeight &weight) {
  DetectOptions options;
  options.dim = 1;
  std::string text;
  for (const Pattern &pattern : detectPatterns(weight.ref(), options, nullptr))
    text += (text.empty() ? "" : ", ") + toString(pattern);
  return text;
}

/// Detection after pruning `request` into a random weight.
std::string pruneAndDetect(const PruneRequest &request) {
  TestWeight weight = makeNormal({128, 256}, 7);
  applyMask(weight.mutableRef(), choose(weight, request), nullptr);
  return detect(weight);
}

TEST(Detect, FindsWhatPruningMade) {
  for (const char *text :
       {"2:4", "1:4", "4:8", "2:8", "1:8", "1:2", "4:16", "6:8", "3:4"}) {
    Pattern pattern = llvm::cantFail(parsePattern(text, 1));
    EXPECT_EQ(pruneAndDetect({pattern, MagnitudeMethod(), {}}),
              toString(pattern));
  }
  for (const char *text : {"block<16x16>", "block<4x1>", "block<1x8>",
                           "block<8x8>", "unstructured"}) {
    Pattern pattern = llvm::cantFail(parsePattern(text, 1));
    EXPECT_EQ(pruneAndDetect({pattern, MagnitudeMethod(), 0.8}),
              toString(pattern));
  }
  for (int64_t dim : {0, 1})
    EXPECT_EQ(pruneAndDetect({SlicePattern{dim}, MagnitudeMethod(), 0.5}),
              toString(SlicePattern{dim}));
}

TEST(Detect, DenseAndSmallWeights) {
  EXPECT_EQ(detect(makeNormal({64, 64}, 1)), "");
  EXPECT_EQ(pruneAndDetect({UnstructuredPattern(), MagnitudeMethod(), 0.2}),
            "");
  EXPECT_EQ(detect(TestWeight({0, 4}, ElementType::F32)), "");
  EXPECT_EQ(detect(TestWeight({8, 16}, ElementType::F32)), "slice along dim 0");
  // Too short for any group: 2 elements along the dimension.
  EXPECT_EQ(detect(TestWeight({2, 1}, {0, 1})), "slice along dim 0");
}

} // namespace
