//===- RowBlocksTest.cpp - Tests of pruning by blocks of rows ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks of rows give the bits of the whole weight, and requests whose rows
// compete say so.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/RowBlocks.h"
#include "sparse-opt/Pruning/Blas.h"

#include "TestStatistics.h"
#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/Support/ThreadPool.h"

#include <limits>

using namespace sparseopt::pruning;

namespace {

constexpr int64_t rows = 2 * rowBlockMultiple + 37, columns = 40;

/// Prunes `weight` in blocks of `rowBlockMultiple` rows.
TestWeight pruneInBlocks(TestWeight weight, RowBlockPruner pruner,
                         llvm::ThreadPoolInterface *pool) {
  int64_t rowBytes = int64_t(weight.bytes.size()) / rows;
  for (int64_t begin = 0; begin < rows; begin += rowBlockMultiple) {
    int64_t shape[] = {std::min(rowBlockMultiple, rows - begin), columns};
    MutableTensorRef block{weight.bytes.data() + begin * rowBytes, shape,
                           weight.type};
    llvm::cantFail(pruner.prune(block, pool));
  }
  return weight;
}

TEST(RowBlocks, PlainRequestsMatchTheWholeWeight) {
  std::vector<PruneRequest> requests = {
      {NMPattern{2, 4, 1}, MagnitudeMethod(), {}},
      {NMPattern{5, 16, 1}, MagnitudeMethod(), {}},
      {UnstructuredPattern(), MagnitudeMethod{Scope::Row, UnitNorm::L2}, 0.7},
      {UnstructuredPattern(),
       ThresholdMethod{ThresholdKind::Quantile, 0.3, Scope::Row, UnitNorm::L2},
       {}}};
  TestWeight weight = makeRandom({rows, columns}, ElementType::BF16, 3);
  for (const PruneRequest &request : requests) {
    ASSERT_TRUE(isRowwise(request));
    TestWeight whole = weight;
    applyMask(whole.mutableRef(), choose(weight, request), nullptr);
    EXPECT_EQ(pruneInBlocks(weight, RowBlockPruner(request), nullptr).bytes,
              whole.bytes);
  }
}

TEST(RowBlocks, CalibratedRequestsMatchTheWholeWeight) {
  if (llvm::Error error = Blas::get().takeError()) {
    llvm::consumeError(std::move(error));
    GTEST_SKIP() << "no OpenBLAS";
  }
  TestStatistics statistics(columns, 5);
  TestWeight weight = makeNormal({rows, columns}, 4);
  UnstructuredPattern unstructured;
  std::vector<CalibratedRequest> requests = {
      {NMPattern{2, 4, 1}, WandaMethod(), {}, 0, 1},
      {unstructured, WandaMethod(), 0.5, 0, 1},
      {unstructured, DSnoTMethod(), 0.5, 0, 1},
      {NMPattern{2, 8, 1}, SparseGPTMethod{16, 0.01, Scope::Layer}, {}, 0, 1},
      {unstructured, SparseGPTMethod{16, 0.01, Scope::Row}, 0.6, 0, 1}};
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(2));
  for (const CalibratedRequest &request : requests) {
    ASSERT_TRUE(isRowwise(request));
    TestWeight whole = weight;
    ASSERT_TRUE(
        applyResult(whole.mutableRef(),
                    llvm::cantFail(pruneCalibrated(
                        weight.ref(), statistics.view(), request, nullptr)),
                    nullptr));
    RowBlockPruner pruner = llvm::cantFail(
        RowBlockPruner::create(request, statistics.view(), columns, &pool));
    EXPECT_EQ(pruneInBlocks(weight, std::move(pruner), &pool).bytes,
              whole.bytes);
  }
}

TEST(RowBlocks, RequestsWhoseRowsCompete) {
  UnstructuredPattern unstructured;
  EXPECT_FALSE(isRowwise(PruneRequest{NMPattern{2, 4, 0}, {}, {}}));
  EXPECT_FALSE(isRowwise(PruneRequest{unstructured, MagnitudeMethod(), 0.5}));
  EXPECT_FALSE(isRowwise(PruneRequest{BlockPattern{{4, 1}}, {}, 0.5}));
  NMPattern nm{2, 4, 1};
  EXPECT_FALSE(isRowwise(CalibratedRequest{nm, RIAMethod(), {}, 0, 1}));
  EXPECT_FALSE(isRowwise(CalibratedRequest{nm, ADMMMethod(), {}, 0, 1}));
  EXPECT_FALSE(isRowwise(CalibratedRequest{nm, WandaMethod(), {}, 10, 1}));
  EXPECT_FALSE(
      isRowwise(CalibratedRequest{unstructured, SparseGPTMethod(), 0.5, 0, 1}));
  EXPECT_FALSE(isRowwise(
      CalibratedRequest{NMPattern{2, 4, 0}, SparseGPTMethod(), {}, 0, 0}));
}

TEST(RowBlocks, ValuesThatAreNotFinite) {
  TestWeight weight = makeNormal({2, 4}, 1);
  weight.setBits(6, std::numeric_limits<float>::quiet_NaN());
  TestStatistics statistics(4, 5);
  RowBlockPruner pruner = llvm::cantFail(
      RowBlockPruner::create({NMPattern{2, 4, 1}, WandaMethod(), {}, 0, 1},
                             statistics.view(), 4, nullptr));
  llvm::Error error = pruner.prune(weight.mutableRef(), nullptr);
  int64_t position = -1;
  llvm::handleAllErrors(std::move(error), [&](NonFiniteWeightError &found) {
    position = found.position;
  });
  EXPECT_EQ(position, 6);
}

} // namespace
