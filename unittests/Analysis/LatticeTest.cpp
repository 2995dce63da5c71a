//===- LatticeTest.cpp - Laws of the fact lattices --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Join and meet laws, monotonicity of the operations, and agreement of claims with
// concrete tensors.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/ValueFacts.h"

#include "gtest/gtest.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <random>
#include <set>

using namespace sparseopt;
using namespace sparseopt::facts;

namespace sparseopt::facts {
/// How a failed expectation shows facts.
static void PrintTo(const ValueFacts &facts, std::ostream *os) { // NOLINT
  std::string text;
  llvm::raw_string_ostream stream(text);
  facts.print(stream);
  *os << text;
}
} // namespace sparseopt::facts

namespace {

using Random = std::mt19937;

int64_t draw(Random &random, int64_t bound) {
  return std::uniform_int_distribution<int64_t>(0, bound - 1)(random);
}

/// A small tensor with many equal elements, so that slices are often constant.
struct Tensor {
  llvm::SmallVector<int64_t> shape;
  std::vector<int> elements;

  int64_t getIndex(int64_t position, int64_t dim) const {
    for (int64_t inner = shape.size() - 1; inner > dim; --inner)
      position /= shape[inner];
    return position % shape[dim];
  }
};

const llvm::SmallVector<int64_t> testShape = {4, 8};

Tensor makeTensor(Random &random) {
  Tensor tensor{testShape, std::vector<int>(32)};
  int values = 1 + draw(random, 3);
  for (int &element : tensor.elements)
    element = draw(random, 3) == 0 ? draw(random, values) : 0;
  for (int count = draw(random, 4); count > 0; --count) {
    int64_t dim = draw(random, 2);
    int64_t index = draw(random, testShape[dim]);
    int value = draw(random, values);
    for (size_t position = 0; position < tensor.elements.size(); ++position)
      if (tensor.getIndex(position, dim) == index)
        tensor.elements[position] = value;
  }
  return tensor;
}

int64_t getMostInGroup(const Tensor &tensor, const pruning::NMPattern &pattern,
                       int fill) {
  std::map<std::pair<int64_t, int64_t>, int64_t> counts;
  int64_t most = 0;
  for (size_t position = 0; position < tensor.elements.size(); ++position)
    if (tensor.elements[position] != fill)
      most = std::max(
          most, ++counts[{tensor.getIndex(position, pattern.dim) / pattern.m,
                          tensor.getIndex(position, 1 - pattern.dim)}]);
  return most;
}

/// Some of the facts that hold for a tensor.
ValueFacts describe(const Tensor &tensor, Random &random) {
  ValueFacts facts = ValueFacts::unknown(tensor.shape);
  Support support;
  support.fill = Scalar::getFloat(draw(random, 4) == 0 ? 1 : 0);
  int fill = int(support.fill.getFloat());
  for (int64_t dim : {0, 1})
    for (int64_t m : {2, 4, 8})
      for (int64_t n = 1; n < m; ++n)
        if (draw(random, 2) == 0 &&
            getMostInGroup(tensor, {n, m, dim}, fill) <= n)
          support.addPattern({n, m, dim}, 2);
  if (draw(random, 2) == 0)
    support.maxCount =
        llvm::count_if(tensor.elements, [&](int e) { return e != fill; });
  facts.setSupport(support);
  facts.setFinite(draw(random, 2) == 0);
  for (int64_t dim : {0, 1}) {
    SliceMap map;
    for (int64_t index = 0; index < testShape[dim]; ++index) {
      std::optional<int> common;
      bool isConstant = draw(random, 4) != 0;
      for (size_t position = 0; position < tensor.elements.size(); ++position)
        if (tensor.getIndex(position, dim) == index) {
          isConstant &= !common || *common == tensor.elements[position];
          common = tensor.elements[position];
        }
      if (isConstant)
        map.append(index, index + 1, Scalar::getFloat(*common));
    }
    facts.setSlices(dim, map);
  }
  return facts;
}

/// Whether every claim is true of the tensor.
bool holds(const ValueFacts &facts, const Tensor &tensor) {
  for (size_t position = 0; position < tensor.elements.size(); ++position) {
    Scalar element = Scalar::getFloat(tensor.elements[position]);
    for (int64_t dim : {0, 1}) {
      auto slice = facts.getSlice(dim, tensor.getIndex(position, dim));
      if (slice && *slice != element)
        return false;
    }
  }
  if (!facts.getSupport())
    return true;
  const Support &support = *facts.getSupport();
  int fill = int(support.fill.getFloat());
  for (const pruning::NMPattern &pattern : support.patterns)
    if (getMostInGroup(tensor, pattern, fill) > pattern.n)
      return false;
  int64_t count =
      llvm::count_if(tensor.elements, [&](int e) { return e != fill; });
  return !support.maxCount || count <= *support.maxCount;
}

ValueFacts makeFacts(Random &random) {
  switch (draw(random, 8)) {
  case 0:
    return {};
  case 1:
    return ValueFacts::unknown(testShape);
  default:
    return describe(makeTensor(random), random);
  }
}

constexpr int numRounds = 2000;

} // namespace

TEST(IndexSet, MatchesSetsOfNumbers) {
  Random random(1);
  for (int round = 0; round < numRounds; ++round) {
    std::set<int64_t> left, right;
    IndexSet a, b;
    for (int count = draw(random, 6); count > 0; --count) {
      int64_t begin = draw(random, 20), end = begin + draw(random, 5);
      a.insert(begin, end);
      for (int64_t index = begin; index < end; ++index)
        left.insert(index);
      begin = draw(random, 20), end = begin + draw(random, 5);
      b.insert(begin, end);
      for (int64_t index = begin; index < end; ++index)
        right.insert(index);
    }
    EXPECT_EQ(a.size(), int64_t(left.size()));
    for (int64_t index = 0; index < 25; ++index) {
      bool inLeft = left.count(index) != 0, inRight = right.count(index) != 0;
      EXPECT_EQ(a.contains(index), inLeft);
      EXPECT_EQ(IndexSet::unite(a, b).contains(index), inLeft || inRight);
      EXPECT_EQ(IndexSet::intersect(a, b).contains(index), inLeft && inRight);
      EXPECT_EQ(a.complement(25).contains(index), !inLeft);
    }
    EXPECT_EQ(a.complement(25).complement(25), a);
  }
}

TEST(SliceMap, MatchesMapsOfNumbers) {
  Random random(2);
  for (int round = 0; round < numRounds; ++round) {
    SliceMap maps[2];
    for (SliceMap &map : maps)
      for (int64_t index = 0; index < 12; ++index)
        if (draw(random, 2) == 0)
          map.append(index, index + 1, Scalar::getInteger(draw(random, 2)));
    SliceMap both = SliceMap::intersect(maps[0], maps[1]);
    SliceMap either = SliceMap::unite(maps[0], maps[1]);
    for (int64_t index = 0; index < 12; ++index) {
      auto a = maps[0].lookup(index), b = maps[1].lookup(index);
      EXPECT_EQ(both.lookup(index), a == b ? a : std::nullopt);
      EXPECT_EQ(either.lookup(index), a ? a : b);
    }
    EXPECT_EQ(SliceMap::unite(maps[0], maps[0]), maps[0]);
    EXPECT_EQ(SliceMap::intersect(maps[0], maps[0]), maps[0]);
  }
}

TEST(Scalar, BothZerosAreOne) {
  EXPECT_EQ(Scalar::getFloat(-0.0), Scalar::getFloat(0.0));
  EXPECT_TRUE(Scalar::getFloat(-0.0).isZero());
  EXPECT_FALSE(Scalar::getFloat(0.0) == Scalar::getInteger(0));
}

TEST(ValueFacts, JoinIsALatticeOperation) {
  Random random(3);
  for (int round = 0; round < numRounds; ++round) {
    ValueFacts a = makeFacts(random), b = makeFacts(random),
               c = makeFacts(random);
    EXPECT_EQ(ValueFacts::join(a, a), a);
    EXPECT_EQ(ValueFacts::join(a, ValueFacts()), a);
    EXPECT_EQ(ValueFacts::join(a, b), ValueFacts::join(b, a));
    EXPECT_EQ(ValueFacts::join(a, ValueFacts::join(b, c)),
              ValueFacts::join(ValueFacts::join(a, b), c));
    EXPECT_TRUE(a.refines(ValueFacts::join(a, b)));
    EXPECT_TRUE(a.refines(ValueFacts::unknown(testShape)));
  }
}

TEST(ValueFacts, JoinIsMonotone) {
  Random random(4);
  for (int round = 0; round < numRounds; ++round) {
    ValueFacts more = makeFacts(random), other = makeFacts(random);
    ValueFacts fewer = ValueFacts::join(more, makeFacts(random));
    EXPECT_TRUE(
        ValueFacts::join(more, other).refines(ValueFacts::join(fewer, other)));
  }
}

TEST(ValueFacts, ClaimsHoldOfEveryTensorThatEitherSideHoldsOf) {
  Random random(5);
  for (int round = 0; round < numRounds; ++round) {
    Tensor left = makeTensor(random), right = makeTensor(random);
    ValueFacts a = describe(left, random), b = describe(right, random);
    ASSERT_TRUE(holds(a, left));
    ValueFacts joined = ValueFacts::join(a, b);
    EXPECT_TRUE(holds(joined, left));
    EXPECT_TRUE(holds(joined, right));
  }
}

TEST(ValueFacts, MeetKeepsWhatBothSay) {
  Random random(6);
  for (int round = 0; round < numRounds; ++round) {
    Tensor tensor = makeTensor(random);
    ValueFacts a = describe(tensor, random), b = describe(tensor, random);
    ValueFacts both = ValueFacts::meet(a, b);
    EXPECT_TRUE(holds(both, tensor));
    for (int64_t dim : {0, 1})
      for (int64_t index = 0; index < testShape[dim]; ++index)
        EXPECT_TRUE(!a.getSlice(dim, index) ||
                    both.getSlice(dim, index) == a.getSlice(dim, index));
  }
}

TEST(Support, UnionHoldsOfSums) {
  Random random(7);
  for (int round = 0; round < numRounds; ++round) {
    Tensor left = makeTensor(random), right = makeTensor(random);
    ValueFacts a = describe(left, random), b = describe(right, random);
    if (!a.getSupport() || !b.getSupport() || !a.getSupport()->fill.isZero() ||
        !b.getSupport()->fill.isZero())
      continue;
    ValueFacts sum = ValueFacts::unknown(testShape);
    sum.setSupport(Support::unite(*a.getSupport(), *b.getSupport(),
                                  Scalar::getFloat(0), 2));
    for (size_t position = 0; position < left.elements.size(); ++position)
      left.elements[position] += right.elements[position];
    EXPECT_TRUE(holds(sum, left));
  }
}

TEST(Support, PatternsAreMinimal) {
  Support support;
  support.addPattern({2, 4, 1}, 2);
  support.addPattern({4, 8, 1}, 2);
  EXPECT_EQ(support.patterns.size(), 1U);
  support.addPattern({2, 8, 1}, 2);
  EXPECT_EQ(support.patterns.size(), 1U);
  EXPECT_EQ(support.patterns.front().m, 8);
  support.addPattern({4, 4, 0}, 2);
  EXPECT_EQ(support.patterns.size(), 1U);
}

TEST(ValueFacts, DynamicDimsKeepFactsOnStaticDims) {
  ValueFacts a = ValueFacts::unknown({dynamicSize, 3});
  a.setSlices(1, SliceMap::constant(1, 2, Scalar::getFloat(0)));
  ValueFacts zero = ValueFacts::constant({dynamicSize, 3}, Scalar::getFloat(0));
  EXPECT_EQ(ValueFacts::join(a, zero), a);
  EXPECT_EQ(a.getMaxNonzeros(), std::nullopt);
}

TEST(Demand, JoinReadsWhatEitherReads) {
  IndexSet one = IndexSet::range(1, 2), rest = IndexSet::range(0, 2);
  Demand a = Demand::slices({4, 2}, {one, rest});
  Demand b = Demand::slices({4, 2}, {IndexSet::range(3, 4), rest});
  Demand both = Demand::join(a, b);
  EXPECT_TRUE(both.isLive(0, 1) && both.isLive(0, 3));
  EXPECT_FALSE(both.isLive(0, 0) || both.isLive(0, 2));
  EXPECT_EQ(Demand::join(a, Demand()), a);
  EXPECT_EQ(Demand::join(a, Demand::all({4, 2})), Demand::all({4, 2}));
  EXPECT_TRUE(Demand::slices({4, 2}, {IndexSet(), rest}).isNone());
}
