//===- ThresholdTest.cpp - Tests of thresholds and request checks -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threshold masks, meaningless requests, non-finite weights, and statistics.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Statistics.h"

#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/Support/ThreadPool.h"

using namespace sparseopt::pruning;

namespace {

Mask chooseByThreshold(const TestWeight &weight, ThresholdKind kind,
                       double value, Scope scope = Scope::Layer) {
  return choose(
      weight, {UnstructuredPattern(), ThresholdMethod{kind, value, scope}, {}});
}

TEST(Threshold, AbsoluteDropsWhatIsAtMostTheThreshold) {
  TestWeight weight({6}, {0.5f, -0.5f, 0.75f, -2, 0, -0.0f});
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Absolute, 0.5),
            (Mask{0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Absolute, 0),
            (Mask{1, 1, 1, 1, 0, 0}));
}

TEST(Threshold, QuantileDropsAtLeastTheFraction) {
  TestWeight weight({8}, {1, -2, 3, -4, 5, -6, 7, -8});
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Quantile, 0.5),
            (Mask{0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Quantile, 0.51),
            (Mask{0, 0, 0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Quantile, 0), Mask(8, 1));
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Quantile, 1), Mask(8, 0));
  TestWeight ties({4}, {2, 2, 2, 3});
  EXPECT_EQ(chooseByThreshold(ties, ThresholdKind::Quantile, 0.25),
            (Mask{0, 0, 0, 1}));
}

TEST(Threshold, QuantileOfEachRow) {
  TestWeight weight({2, 4}, {1, 2, 3, 4, 10, 20, 30, 40});
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::Quantile, 0.5, Scope::Row),
            (Mask{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(
      chooseByThreshold(weight, ThresholdKind::Quantile, 0.5, Scope::Layer),
      (Mask{0, 0, 0, 0, 1, 1, 1, 1}));
}

TEST(Threshold, StandardDeviationsOfTheValues) {
  // Mean 1, population standard deviation 2.
  TestWeight weight({4}, {3, -1, 3, -1});
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::StandardDeviations, 1),
            (Mask{1, 0, 1, 0}));
  EXPECT_EQ(chooseByThreshold(weight, ThresholdKind::StandardDeviations, 1.5),
            (Mask{0, 0, 0, 0}));
  TestWeight rows({2, 2}, {3, -1, 30, -10});
  EXPECT_EQ(
      chooseByThreshold(rows, ThresholdKind::StandardDeviations, 1, Scope::Row),
      (Mask{1, 0, 1, 0}));
}

TEST(Threshold, BlockNorms) {
  TestWeight weight({1, 6}, {3, 4, 0, 5, 1, 1});
  auto chooseBlocks = [&](UnitNorm norm, ThresholdKind kind, double value) {
    return choose(weight, {BlockPattern{{1, 2}},
                           ThresholdMethod{kind, value, Scope::Layer, norm},
                           {}});
  };
  EXPECT_EQ(chooseBlocks(UnitNorm::L1, ThresholdKind::Absolute, 5),
            (Mask{1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(chooseBlocks(UnitNorm::L2, ThresholdKind::Absolute, 4.9),
            (Mask{1, 1, 1, 1, 0, 0}));
  EXPECT_EQ(chooseBlocks(UnitNorm::L1, ThresholdKind::Quantile, 0.4),
            (Mask{1, 1, 0, 0, 0, 0}));
}

std::string getError(const PruneRequest &request,
                     llvm::ArrayRef<int64_t> shape) {
  return llvm::toString(verifyRequest(request, shape));
}

TEST(Request, MeaninglessOnesAreRefused) {
  NMPattern nm{2, 4, 1};
  UnstructuredPattern any;
  const int64_t shape[] = {4, 4};
  EXPECT_EQ(getError({nm, MagnitudeMethod(), {}}, shape), "");
  EXPECT_EQ(getError({nm, MagnitudeMethod(), 0.5}, shape),
            "an N:M pattern fixes the sparsity; remove the sparsity");
  EXPECT_EQ(getError({any, MagnitudeMethod(), {}}, shape),
            "pattern unstructured needs a sparsity, the fraction of zeros");
  for (double sparsity : {-0.1, 1.1, std::nan("")})
    EXPECT_EQ(getError({any, MagnitudeMethod(), sparsity}, shape),
              "the sparsity has to be between 0 and 1");
  EXPECT_EQ(
      getError({SlicePattern{0}, MagnitudeMethod{Scope::Row}, 0.5}, shape),
      "slices do not compete within a row; use scope layer or global");
  EXPECT_EQ(getError({nm, ThresholdMethod(), {}}, shape),
            "a threshold cannot give an N:M pattern; use the magnitude method");
  EXPECT_EQ(getError({any, ThresholdMethod(), 0.5}, shape),
            "a threshold decides the sparsity; remove the sparsity or use the "
            "magnitude method");
  EXPECT_EQ(
      getError({any, ThresholdMethod{ThresholdKind::Absolute, -1}, {}}, shape),
      "the threshold has to be a finite number of at least 0");
  EXPECT_EQ(
      getError({any, ThresholdMethod{ThresholdKind::Quantile, 2}, {}}, shape),
      "the quantile has to be between 0 and 1");
  EXPECT_EQ(
      getError({SlicePattern{0},
                ThresholdMethod{ThresholdKind::StandardDeviations, 1},
                {}},
               shape),
      "a threshold in standard deviations needs the unstructured pattern");
  EXPECT_EQ(getError({NMPattern{2, 4, 2}, MagnitudeMethod(), {}}, shape),
            "pattern 2:4 along dim 2 does not fit a weight of rank 2");
}

TEST(NonFinite, FirstPositionIsReported) {
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(3));
  TestWeight fine = makeNormal({4, 4}, 1), bad = makeNormal({500, 400}, 2);
  EXPECT_EQ(findNonFinite(bad.ref(), &pool), std::nullopt);
  bad.setBits(199999, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(findNonFinite(bad.ref(), &pool), 199999);
  bad.setBits(70001, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(findNonFinite(bad.ref(), &pool), 70001);
  PruneRequest request{NMPattern{2, 4, 1}, MagnitudeMethod(), {}};
  auto masks = chooseMasks({fine.ref(), bad.ref()}, request, &pool);
  ASSERT_FALSE(bool(masks));
  llvm::handleAllErrors(masks.takeError(),
                        [](const NonFiniteWeightError &error) {
                          EXPECT_EQ(error.weight, 1u);
                          EXPECT_EQ(error.position, 70001);
                          EXPECT_TRUE(std::isnan(error.value));
                        });
}

TEST(NonFinite, EveryFloatType) {
  auto isBad = [](ElementType type, auto bits) {
    TestWeight weight({2}, type);
    weight.setBits(1, bits);
    return findNonFinite(weight.ref(), nullptr) == 1;
  };
  EXPECT_TRUE(isBad(ElementType::F16, uint16_t(0x7c00)));
  EXPECT_TRUE(isBad(ElementType::F16, uint16_t(0xfe01)));
  EXPECT_FALSE(isBad(ElementType::F16, uint16_t(0xfbff)));
  EXPECT_TRUE(isBad(ElementType::BF16, uint16_t(0xff80)));
  EXPECT_FALSE(isBad(ElementType::BF16, uint16_t(0x7f7f)));
  EXPECT_TRUE(isBad(ElementType::F64, uint64_t(0x7ff0000000000000)));
  EXPECT_FALSE(isBad(ElementType::F64, uint64_t(0x7fefffffffffffff)));
  EXPECT_FALSE(isBad(ElementType::I8, int8_t(-1)));
}

TEST(ApplyMask, DropsToPositiveZeroAndKeepsBits) {
  TestWeight weight({4}, {-1, -0.0f, -2, 3});
  applyMask(weight.mutableRef(), {0, 1, 1, 0}, nullptr);
  EXPECT_EQ(weight.bytes, TestWeight({4}, {0, -0.0f, -2, 0}).bytes);
}

TEST(Statistics, CountsAndNorms) {
  TestWeight weight({5}, {3, -4, 0, -0.0f, 12});
  PruneStatistics statistics =
      computeStatistics(weight.ref(), {1, 1, 0, 1, 0}, nullptr);
  EXPECT_EQ(statistics.numElements, 5);
  EXPECT_EQ(statistics.numNonzerosBefore, 3);
  EXPECT_EQ(statistics.numNonzerosAfter, 2);
  EXPECT_EQ(statistics.l1Before, 19);
  EXPECT_EQ(statistics.l1After, 7);
  EXPECT_DOUBLE_EQ(statistics.getRetainedNorm(), 5.0 / 13.0);
  EXPECT_DOUBLE_EQ(statistics.getSparsity(), 0.6);
  TestWeight empty({0, 3}, ElementType::F32);
  EXPECT_EQ(computeStatistics(empty.ref(), {}, nullptr).getRetainedNorm(), 1.0);
}

} // namespace
