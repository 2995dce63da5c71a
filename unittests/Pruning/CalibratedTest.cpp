//===- CalibratedTest.cpp - Tests of methods with statistics ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Properties that every method has for every pattern: the pattern holds, counts
// are exact, kept values stay where they should, threads change nothing.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Calibrated.h"
#include "sparse-opt/Pruning/Blas.h"
#include "sparse-opt/Pruning/PatternCheck.h"

#include "TestStatistics.h"
#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/Support/ThreadPool.h"

using namespace sparseopt::pruning;

namespace {

std::vector<CalibratedMethod> allMethods(Scope scope) {
  return {WandaMethod{scope, UnitNorm::L2},
          RIAMethod{0.5, scope, UnitNorm::L1},
          DSnoTMethod(),
          SparseGPTMethod{16, 0.01, scope},
          ADMMMethod{12, 6, 0.1, scope},
          ALPSMethod{20, 0.01, scope}};
}

/// Elements of each block or slice of `pattern`, or single elements.
int64_t countPruned(const Mask &mask) {
  return std::count(mask.begin(), mask.end(), 0);
}

TestWeight apply(const TestWeight &weight, const CalibratedResult &result) {
  TestWeight pruned = weight;
  EXPECT_TRUE(applyResult(pruned.mutableRef(), result, nullptr));
  return pruned;
}

TEST(Calibrated, PatternsHoldForAllMethods) {
  constexpr int64_t rows = 37, columns = 53;
  TestStatistics statistics(columns, 1);
  TestWeight weight = makeNormal({rows, columns}, 2);
  llvm::DefaultThreadPool two(llvm::hardware_concurrency(2));
  llvm::DefaultThreadPool three(llvm::hardware_concurrency(3));
  std::pair<Pattern, std::optional<double>> patterns[] = {
      {NMPattern{2, 4, 1}, {}},     {NMPattern{3, 7, 1}, {}},
      {NMPattern{2, 4, 0}, {}},     {NMPattern{3, 5, 0}, {}},
      {UnstructuredPattern(), 0.6}, {BlockPattern{{5, 3}}, 0.5},
      {BlockPattern{{4}}, 0.5},     {BlockPattern{{1, 100}}, 0.5},
      {SlicePattern{0}, 0.3},       {SlicePattern{1}, 0.3},
      {UnstructuredPattern(), 0.0}};
  int numRun = 0;
  for (Scope scope : {Scope::Row, Scope::Layer})
    for (const auto &[pattern, sparsity] : patterns)
      for (const CalibratedMethod &method : allMethods(scope)) {
        CalibratedRequest request{pattern, method, sparsity, 0, 1};
        if (llvm::Error error =
                verifyRequest(request, weight.shape, weight.type)) {
          llvm::consumeError(std::move(error));
          continue;
        }
        ++numRun;
        CalibratedResult result = llvm::cantFail(
            pruneCalibrated(weight.ref(), statistics.view(), request, nullptr));
        for (llvm::ThreadPoolInterface *pool : {&two, &three}) {
          CalibratedResult other = llvm::cantFail(
              pruneCalibrated(weight.ref(), statistics.view(), request, pool));
          ASSERT_EQ(other.mask, result.mask);
          ASSERT_EQ(other.values, result.values);
        }
        TestWeight pruned = apply(weight, result);
        ASSERT_TRUE(checkPattern(pruned.ref(), pattern, nullptr).holds())
            << toString(pattern) << " method " << method.index();
        if (std::holds_alternative<UnstructuredPattern>(pattern)) {
          int64_t count = scope == Scope::Layer || method.index() == 2
                              ? rows * columns
                              : columns;
          int64_t times = rows * columns / count;
          if (method.index() != 2) {
            ASSERT_EQ(countPruned(result.mask),
                      times * getNumPruned(count, *sparsity))
                << "method " << method.index();
          }
        }
        // Scores leave kept values alone.
        for (int64_t index = 0; index < weight.size(); ++index) {
          if (!result.mask[index])
            ASSERT_EQ(pruned[index], 0);
          else if (!updatesWeights(request))
            ASSERT_EQ(pruned[index], weight[index]);
        }
      }
  EXPECT_GT(numRun, 80);
}

TEST(Calibrated, BlocksAndSlicesAreWhole) {
  TestStatistics statistics(24, 5);
  TestWeight weight = makeNormal({16, 24}, 6);
  std::pair<Pattern, int64_t> patterns[] = {
      {BlockPattern{{4, 2}}, 8}, {SlicePattern{1}, 16}, {SlicePattern{0}, 24}};
  for (const auto &[pattern, unit] : patterns)
    for (const CalibratedMethod &method : allMethods(Scope::Layer)) {
      CalibratedRequest request{pattern, method, 0.5, 0, 1};
      if (llvm::Error error =
              verifyRequest(request, weight.shape, weight.type)) {
        llvm::consumeError(std::move(error));
        continue;
      }
      CalibratedResult result = llvm::cantFail(
          pruneCalibrated(weight.ref(), statistics.view(), request, nullptr));
      PatternReport report =
          checkPattern(apply(weight, result).ref(), pattern, nullptr);
      EXPECT_EQ(report.histogram[0] * unit, weight.size() / 2)
          << toString(pattern) << " method " << method.index();
    }
}

TEST(Calibrated, TransposedWeightsGiveTheTransposedResult) {
  constexpr int64_t rows = 12, columns = 20;
  TestStatistics statistics(columns, 7);
  TestWeight weight = makeNormal({rows, columns}, 8);
  TestWeight transposed({columns, rows}, ElementType::F32);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      transposed.setBits(column * rows + row,
                         float(weight[row * columns + column]));
  std::tuple<Pattern, Pattern, std::optional<double>> patterns[] = {
      {NMPattern{2, 4, 1}, NMPattern{2, 4, 0}, {}},
      {BlockPattern{{3, 2}}, BlockPattern{{2, 3}}, 0.5},
      {SlicePattern{1}, SlicePattern{0}, 0.5},
      {UnstructuredPattern(), UnstructuredPattern(), 0.5}};
  for (const auto &[pattern, other, sparsity] : patterns)
    for (const CalibratedMethod &method : allMethods(Scope::Layer)) {
      CalibratedRequest request{pattern, method, sparsity, 3, 1};
      if (llvm::Error error =
              verifyRequest(request, weight.shape, weight.type)) {
        llvm::consumeError(std::move(error));
        continue;
      }
      CalibratedRequest swapped{other, method, sparsity, 3, 0};
      CalibratedResult a = llvm::cantFail(
          pruneCalibrated(weight.ref(), statistics.view(), request, nullptr));
      CalibratedResult b = llvm::cantFail(pruneCalibrated(
          transposed.ref(), statistics.view(), swapped, nullptr));
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column)
          ASSERT_EQ(a.values[row * columns + column],
                    b.values[column * rows + row])
              << toString(pattern) << " method " << method.index();
    }
}

TEST(Calibrated, ComputesTheOutputError) {
  TestStatistics statistics(6, 9);
  TestWeight weight = makeNormal({3, 6}, 10);
  TestWeight pruned = weight;
  pruned.setBits(4, 0.0f);
  pruned.setBits(17, 1.0f);
  double lost = 0, all = 0;
  for (int64_t row = 0; row < 3; ++row)
    for (int64_t i = 0; i < 6; ++i)
      for (int64_t j = 0; j < 6; ++j) {
        double h = statistics.gram[i * 6 + j];
        auto delta = [&](int64_t k) {
          return weight[row * 6 + k] - pruned[row * 6 + k];
        };
        lost += delta(i) * h * delta(j);
        all += weight[row * 6 + i] * h * weight[row * 6 + j];
      }
  EXPECT_NEAR(llvm::cantFail(computeOutputError(weight.ref(), pruned.ref(),
                                                statistics.gram, 1, nullptr)),
              lost / all, 1e-12);
}

TEST(Calibrated, EmptyWeightsAndSingleElements) {
  for (std::vector<int64_t> shape :
       {std::vector<int64_t>{0, 8}, {1, 1}, {1, 8}, {8, 1}}) {
    TestStatistics statistics(shape[1], 11);
    statistics.gram.back() += 1; // A single input is not dead.
    statistics.sumsq.back() += 1;
    TestWeight weight = makeNormal(shape, 12);
    for (const CalibratedMethod &method : allMethods(Scope::Layer)) {
      CalibratedRequest request{NMPattern{1, 2, 1}, method, {}, 2, 1};
      CalibratedResult result = llvm::cantFail(
          pruneCalibrated(weight.ref(), statistics.view(), request, nullptr));
      EXPECT_TRUE(
          checkPattern(apply(weight, result).ref(), request.pattern, nullptr)
              .holds());
    }
  }
}

TEST(Calibrated, SaysWhatIsNotDefined) {
  auto explain = [](const CalibratedRequest &request,
                    const std::vector<int64_t> &shape = {8, 8},
                    ElementType type = ElementType::F32) {
    return llvm::toString(verifyRequest(request, shape, type));
  };
  Pattern nm = NMPattern{2, 4, 1}, slice = SlicePattern{0};
  EXPECT_EQ(explain({nm, ADMMMethod(), {}, 0, 1}), "");
  EXPECT_EQ(explain({nm, ADMMMethod(), {}, 0, 1}, {8, 8, 3, 3}),
            "statistics belong to a weight of rank 2, [out, in]; this one has "
            "rank 4");
  EXPECT_EQ(explain({nm, ADMMMethod(), {}, 0, 1}, {8, 8}, ElementType::I8),
            "the method gives kept weights new values, which do not fit "
            "integers of type i8; use wanda, ria or dsnot");
  EXPECT_EQ(explain({slice, SparseGPTMethod(), 0.5, 0, 1}),
            "sparsegpt decides column by column and cannot weigh whole slices "
            "against each other; use admm, alps or wanda");
  EXPECT_EQ(explain({nm, DSnoTMethod(), {}, 0, 0}),
            "dsnot exchanges weights of one output, which breaks N:M along the "
            "dim of the outputs");
  EXPECT_EQ(explain({slice, WandaMethod(), 0.5, 0, 1}),
            "slices do not compete within a row; use scope layer");
  EXPECT_EQ(explain({nm, WandaMethod{Scope::Global, UnitNorm::L2}, {}, 0, 1}),
            "scores of different layers are not comparable: their inputs "
            "differ; use scope row or layer");
  EXPECT_EQ(explain({nm, ADMMMethod(), 0.5, 0, 1}),
            "an N:M pattern fixes the sparsity; remove the sparsity");
}

} // namespace
