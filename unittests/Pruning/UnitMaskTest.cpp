//===- UnitMaskTest.cpp - Tests of unstructured, block and slice masks -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Masks of elements, blocks and slices in every scope against the definitions.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/PatternCheck.h"

#include "TestWeights.h"
#include "gtest/gtest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ThreadPool.h"

#include <numeric>

using namespace sparseopt::pruning;

namespace {

std::vector<int64_t> range(int64_t begin, int64_t end) {
  std::vector<int64_t> positions(end - begin);
  std::iota(positions.begin(), positions.end(), begin);
  return positions;
}

TEST(UnstructuredMask, RowAndLayerMatchDefinition) {
  unsigned seed = 0;
  for (ElementType type : allTypes)
    for (std::vector<int64_t> shape : {std::vector<int64_t>{7, 33},
                                       {1, 5},
                                       {9, 2, 3},
                                       {},
                                       {0, 3},
                                       {3, 0},
                                       {3, 9000}})
      for (double sparsity : {0.0, 0.29, 0.5, 0.8, 1.0}) {
        TestWeight weight = makeRandom(shape, type, ++seed);
        std::vector<double> scores = getMagnitudes(weight);
        int64_t numRows = shape.empty() ? 1 : shape.front();
        int64_t rowSize = numRows == 0 ? 0 : weight.size() / numRows;
        Mask rows(weight.size(), 1), layer(weight.size(), 1);
        for (int64_t row = 0; row < numRows; ++row)
          dropSmallestSlowly(scores, getNumPruned(rowSize, sparsity),
                             range(row * rowSize, (row + 1) * rowSize), rows);
        dropSmallestSlowly(scores, getNumPruned(weight.size(), sparsity),
                           range(0, weight.size()), layer);
        UnstructuredPattern pattern;
        ASSERT_EQ(
            choose(weight, {pattern, MagnitudeMethod{Scope::Row}, sparsity}),
            rows);
        ASSERT_EQ(
            choose(weight, {pattern, MagnitudeMethod{Scope::Layer}, sparsity}),
            layer);
      }
}

/// Global scope over `weights` against a stable sort of all magnitudes.
void checkGlobal(llvm::ArrayRef<TestWeight> weights, double sparsity) {
  std::vector<TensorRef> refs;
  std::vector<double> scores;
  for (const TestWeight &weight : weights) {
    refs.push_back(weight.ref());
    llvm::append_range(scores, getMagnitudes(weight));
  }
  Mask expected(scores.size(), 1);
  dropSmallestSlowly(scores, getNumPruned(scores.size(), sparsity),
                     range(0, scores.size()), expected);
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(3));
  PruneRequest request{UnstructuredPattern(), MagnitudeMethod{Scope::Global},
                       sparsity};
  Mask actual;
  for (const Mask &mask : llvm::cantFail(chooseMasks(refs, request, &pool)))
    actual.insert(actual.end(), mask.begin(), mask.end());
  EXPECT_EQ(actual, expected);
}

TEST(UnstructuredMask, GlobalMatchesDefinition) {
  for (ElementType type : allTypes)
    checkGlobal({makeRandom({30, 50}, type, 1), makeRandom({0, 4}, type, 2),
                 makeRandom({300, 451}, type, 3), makeRandom({7}, type, 4)},
                0.7);
}

TEST(UnstructuredMask, GlobalComparesDifferentTypesByValue) {
  TestWeight integers({3}, ElementType::I8);
  for (int64_t index = 0; index < 3; ++index)
    integers.setBits(index, int8_t(index * 2 - 2));
  checkGlobal({TestWeight({4}, {1, 2, 3, -0.5f}), integers,
               makeRandom({40, 500}, ElementType::F16, 3),
               makeRandom({40, 50}, ElementType::F64, 4)},
              0.995);
}

TEST(UnstructuredMask, ExistingZerosUseTheBudget) {
  TestWeight weight({2, 4}, {0, -0.0f, 3, 1, 4, 2, 0, 5});
  PruneRequest request{UnstructuredPattern(), MagnitudeMethod{Scope::Layer},
                       0.5};
  EXPECT_EQ(choose(weight, request), (Mask{0, 0, 1, 0, 1, 1, 0, 1}));
}

TEST(UnstructuredMask, NumPrunedForgivesRoundingOfTheProduct) {
  EXPECT_EQ(getNumPruned(100, 0.29), 29); // 28.999999999999996 as a double.
  EXPECT_EQ(getNumPruned(10, 0.7), 7);
  EXPECT_EQ(getNumPruned(3, 0.5), 1);
  EXPECT_EQ(getNumPruned(0, 0.5), 0);
  EXPECT_EQ(getNumPruned(9, 1.0), 9);
  for (int64_t count = 1; count <= 1000; ++count)
    for (int64_t pruned = 0; pruned <= count; ++pruned)
      ASSERT_EQ(getNumPruned(count, double(pruned) / double(count)), pruned);
}

/// Unit of each element: blocks of `sizes` (full rank) numbered row-major.
std::vector<int64_t> getUnits(llvm::ArrayRef<int64_t> shape,
                              llvm::ArrayRef<int64_t> sizes, int64_t size,
                              int64_t &numUnits) {
  std::vector<int64_t> units;
  numUnits = 1;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    numUnits *= (shape[dim] + sizes[dim] - 1) / sizes[dim];
  for (int64_t position = 0; position < size; ++position) {
    llvm::SmallVector<int64_t> index = delinearize(position, shape);
    int64_t unit = 0;
    for (size_t dim = 0; dim < shape.size(); ++dim)
      unit = unit * ((shape[dim] + sizes[dim] - 1) / sizes[dim]) +
             index[dim] / sizes[dim];
    units.push_back(unit);
  }
  return units;
}

Mask chooseUnitsSlowly(const TestWeight &weight, llvm::ArrayRef<int64_t> sizes,
                       UnitNorm norm, double sparsity, bool byRow) {
  int64_t numUnits;
  std::vector<int64_t> units =
      getUnits(weight.shape, sizes, weight.size(), numUnits);
  std::vector<double> scores(numUnits);
  for (int64_t position = 0; position < weight.size(); ++position) {
    double magnitude = std::fabs(weight[position]);
    scores[units[position]] +=
        norm == UnitNorm::L1 ? magnitude : magnitude * magnitude;
  }
  Mask keepUnit(numUnits, 1), keep;
  int64_t numRows = byRow ? (weight.shape[0] + sizes[0] - 1) / sizes[0] : 1;
  int64_t perRow = numUnits / numRows;
  for (int64_t row = 0; row < numRows; ++row)
    dropSmallestSlowly(scores, getNumPruned(perRow, sparsity),
                       range(row * perRow, (row + 1) * perRow), keepUnit);
  for (int64_t unit : units)
    keep.push_back(keepUnit[unit]);
  return keep;
}

TEST(BlockMask, MatchesDefinition) {
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(3));
  unsigned seed = 0;
  // Integers and f32 of few bits, whose sums are exact in double.
  for (ElementType type :
       {ElementType::I8, ElementType::F32, ElementType::BF16})
    for (UnitNorm norm : {UnitNorm::L1, UnitNorm::L2})
      for (Scope scope : {Scope::Row, Scope::Layer})
        for (const auto &sizes : {llvm::SmallVector<int64_t, 4>{4, 1},
                                  {1, 4},
                                  {16, 16},
                                  {3, 5},
                                  {1, 1},
                                  {100, 2}}) {
          TestWeight weight = makeRandom({35, 58}, type, ++seed);
          PruneRequest request{BlockPattern{sizes},
                               MagnitudeMethod{scope, norm}, 0.6};
          Mask mask = choose(weight, request, &pool);
          ASSERT_EQ(mask, chooseUnitsSlowly(weight, sizes, norm, 0.6,
                                            scope == Scope::Row))
              << toString(request.pattern);
          ASSERT_EQ(mask, choose(weight, request));
        }
}

TEST(BlockMask, TrailingDimensionsOfAnyRank) {
  TestWeight weight = makeRandom({3, 4, 5, 7}, ElementType::F32, 3);
  PruneRequest request{BlockPattern{{2, 3}},
                       MagnitudeMethod{Scope::Layer, UnitNorm::L1}, 0.5};
  EXPECT_EQ(choose(weight, request),
            chooseUnitsSlowly(weight, {1, 1, 2, 3}, UnitNorm::L1, 0.5, false));
  request.pattern = BlockPattern{{2, 3, 2, 3}};
  EXPECT_EQ(choose(weight, request),
            chooseUnitsSlowly(weight, {2, 3, 2, 3}, UnitNorm::L1, 0.5, false));
}

TEST(BlockMask, NonzeroBlockOutlivesZeroBlockWhenSquaresUnderflow) {
  TestWeight weight({1, 6}, ElementType::F64);
  for (int64_t index = 0; index < 4; ++index)
    weight.setBits(index, index < 2 ? 1e-300 : 0.0);
  weight.setBits(4, 1e300); // Its square is no double.
  weight.setBits(5, 1e300);
  PruneRequest request{BlockPattern{{1, 2}},
                       MagnitudeMethod{Scope::Layer, UnitNorm::L2}, 0.34};
  EXPECT_EQ(choose(weight, request), (Mask{1, 1, 0, 0, 1, 1}));
  request.sparsity = 0.67;
  EXPECT_EQ(choose(weight, request), (Mask{0, 0, 0, 0, 1, 1}));
}

TEST(SliceMask, MatchesDefinition) {
  for (int64_t dim : {0, 1, 2}) {
    TestWeight weight = makeRandom({6, 7, 5}, ElementType::F32, dim + 1);
    llvm::SmallVector<int64_t> sizes(weight.shape.begin(), weight.shape.end());
    sizes[dim] = 1;
    for (UnitNorm norm : {UnitNorm::L1, UnitNorm::L2}) {
      PruneRequest request{SlicePattern{dim},
                           MagnitudeMethod{Scope::Layer, norm}, 0.5};
      EXPECT_EQ(choose(weight, request),
                chooseUnitsSlowly(weight, sizes, norm, 0.5, false));
    }
  }
}

TEST(SliceMask, GlobalComparesNormsAcrossWeights) {
  TestWeight a({2, 2}, {1, 1, 5, 5}), b({2, 3}, {2, 2, 2, 0, 0, 1});
  PruneRequest request{SlicePattern{0}, MagnitudeMethod{Scope::Global}, 0.5};
  std::vector<Mask> masks =
      llvm::cantFail(chooseMasks({a.ref(), b.ref()}, request, nullptr));
  EXPECT_EQ(masks[0], (Mask{0, 0, 1, 1}));
  EXPECT_EQ(masks[1], (Mask{1, 1, 1, 0, 0, 0}));
}

TEST(UnitMask, SameForAnyNumberOfThreads) {
  TestWeight a = makeNormal({512, 777}, 1), b = makeNormal({300, 301}, 2);
  std::vector<PruneRequest> requests;
  for (Scope scope : {Scope::Row, Scope::Layer, Scope::Global}) {
    requests.push_back({UnstructuredPattern(), MagnitudeMethod{scope}, 0.8});
    requests.push_back(
        {BlockPattern{{8, 3}}, MagnitudeMethod{scope, UnitNorm::L2}, 0.8});
    requests.push_back(
        {UnstructuredPattern(),
         ThresholdMethod{ThresholdKind::StandardDeviations, 0.7, scope},
         {}});
    requests.push_back({UnstructuredPattern(),
                        ThresholdMethod{ThresholdKind::Quantile, 0.3, scope},
                        {}});
  }
  requests.push_back(
      {SlicePattern{1}, MagnitudeMethod{Scope::Layer, UnitNorm::L2}, 0.5});
  for (const PruneRequest &request : requests) {
    std::vector<Mask> serial =
        llvm::cantFail(chooseMasks({a.ref(), b.ref()}, request, nullptr));
    for (unsigned numThreads : {1, 2, 4}) {
      llvm::DefaultThreadPool pool(llvm::hardware_concurrency(numThreads));
      EXPECT_EQ(llvm::cantFail(chooseMasks({a.ref(), b.ref()}, request, &pool)),
                serial);
    }
  }
}

} // namespace
