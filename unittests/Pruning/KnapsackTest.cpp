//===- KnapsackTest.cpp - One option per group under a limit ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The multiple-choice knapsack against all combinations, and against the textbook
// table over integer costs where there are too many of them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Knapsack.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace sparseopt::pruning;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Least loss within `limit` by trying all combinations.
double tryAll(const KnapsackGroups &groups, double limit) {
  double best = infinity;
  std::vector<size_t> index(groups.size());
  while (true) {
    double cost = 0, loss = 0;
    for (size_t group = 0; group < groups.size(); ++group) {
      cost += groups[group][index[group]].cost;
      loss += groups[group][index[group]].loss;
    }
    if (cost <= limit)
      best = std::min(best, loss);
    size_t group = 0;
    while (group < groups.size() && ++index[group] == groups[group].size())
      index[group++] = 0;
    if (group == groups.size())
      return best;
  }
}

/// Least loss within `limit` for integer costs, by a table over all costs.
double fillTable(const KnapsackGroups &groups, int64_t limit) {
  std::vector<double> table(limit + 1, 0);
  for (const std::vector<KnapsackOption> &options : groups) {
    std::vector<double> next(limit + 1, infinity);
    for (int64_t room = 0; room <= limit; ++room)
      for (const KnapsackOption &option : options)
        if (option.cost <= room)
          next[room] = std::min(next[room], table[room - int64_t(option.cost)] +
                                                option.loss);
    table = std::move(next);
  }
  return table[limit];
}

/// Sums of the options of a choice.
KnapsackOption sum(const KnapsackGroups &groups, const KnapsackChoice &choice) {
  KnapsackOption total;
  EXPECT_EQ(groups.size(), choice.options.size());
  for (size_t group = 0; group < groups.size(); ++group) {
    total.cost += groups[group][choice.options[group]].cost;
    total.loss += groups[group][choice.options[group]].loss;
  }
  return total;
}

/// Like layers: the cheaper, the more is lost, with exceptions.
KnapsackGroups makeGroups(std::mt19937 &random, int numGroups, int numOptions,
                          bool integers) {
  std::uniform_real_distribution<double> uniform(0, 1);
  KnapsackGroups groups(numGroups);
  for (std::vector<KnapsackOption> &options : groups) {
    double size = 1 + 4 * uniform(random);
    for (int option = 0; option < numOptions; ++option) {
      double cost = size * (option + uniform(random)) * 10;
      double loss = size * std::exp(-option + uniform(random));
      options.push_back({integers ? std::round(cost) : cost, loss});
    }
    std::shuffle(options.begin(), options.end(), random);
  }
  return groups;
}

TEST(Knapsack, EqualsAllCombinations) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    KnapsackGroups groups =
        makeGroups(random, 1 + round % 6, 1 + round / 6 % 5, round % 2);
    double limit = std::uniform_real_distribution<double>(0, 400)(random);
    double expected = tryAll(groups, limit);
    std::optional<KnapsackChoice> choice = chooseWithin(groups, limit);
    ASSERT_EQ(choice.has_value(), expected < infinity) << round;
    if (!choice)
      continue;
    KnapsackOption total = sum(groups, *choice);
    EXPECT_LE(total.cost, limit) << round;
    EXPECT_NEAR(total.loss, expected, 1e-12 * expected) << round;
    EXPECT_DOUBLE_EQ(choice->cost, total.cost);
    EXPECT_DOUBLE_EQ(choice->loss, total.loss);
    EXPECT_EQ(choice->bound, choice->loss);
  }
}

TEST(Knapsack, EqualsTheTableForManyGroups) {
  std::mt19937 random(2);
  for (int round = 0; round < 4; ++round) {
    KnapsackGroups groups = makeGroups(random, 150, 9, /*integers=*/true);
    for (int64_t limit : {8000, 15000, 23000}) {
      std::optional<KnapsackChoice> choice = chooseWithin(groups, limit);
      ASSERT_TRUE(choice);
      EXPECT_LE(choice->cost, limit);
      EXPECT_NEAR(choice->loss, fillTable(groups, limit), 1e-9);
      EXPECT_EQ(choice->bound, choice->loss);
    }
  }
}

TEST(Knapsack, LayersOfEqualShapes) {
  // Equal costs in all groups and losses that hardly differ: many ties.
  std::mt19937 random(3);
  KnapsackGroups groups(200);
  for (std::vector<KnapsackOption> &options : groups)
    for (int option = 0; option < 8; ++option)
      options.push_back({double(3 * option + option % 3),
                         std::exp(-option) * (1 + random() % 3 * 1e-3)});
  for (int64_t limit : {500, 1000, 2001}) {
    std::optional<KnapsackChoice> choice = chooseWithin(groups, limit);
    ASSERT_TRUE(choice);
    EXPECT_NEAR(choice->loss, fillTable(groups, limit), 1e-9);
  }
}

TEST(Knapsack, FewStatesGiveABound) {
  std::mt19937 random(4);
  KnapsackGroups groups = makeGroups(random, 40, 9, /*integers=*/true);
  double exact = fillTable(groups, 3000);
  std::optional<KnapsackChoice> choice = chooseWithin(groups, 3000, 2);
  ASSERT_TRUE(choice);
  EXPECT_LE(choice->cost, 3000);
  EXPECT_GE(choice->loss, exact - 1e-9);
  EXPECT_LE(choice->bound, exact + 1e-9);
}

TEST(Knapsack, LimitIsReachedExactly) {
  KnapsackGroups groups = {{{0.1, 3}, {0.3, 1}}, {{0.2, 3}, {0.4, 1}}};
  // 0.1 + 0.2 is more than 0.3 in f64.
  std::optional<KnapsackChoice> choice = chooseWithin(groups, 0.3);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->options, (std::vector<int64_t>{0, 0}));
  EXPECT_FALSE(chooseWithin(groups, 0.29));
}

TEST(Knapsack, TiesTakeTheCheaperThenTheFirst) {
  KnapsackGroups groups = {{{5, 1}, {2, 1}, {2, 1}}};
  std::optional<KnapsackChoice> choice = chooseWithin(groups, 10);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->options, std::vector<int64_t>{1});
}

TEST(Knapsack, NoGroups) {
  std::optional<KnapsackChoice> choice = chooseWithin({}, 0);
  ASSERT_TRUE(choice);
  EXPECT_TRUE(choice->options.empty());
  EXPECT_EQ(getHullChoices({}, 5).size(), 1u);
}

TEST(Knapsack, HullChoicesAreTheBestOfTheirCost) {
  std::mt19937 random(5);
  KnapsackGroups groups = makeGroups(random, 30, 7, /*integers=*/true);
  std::vector<KnapsackChoice> choices = getHullChoices(groups, 12);
  ASSERT_GE(choices.size(), 6u);
  ASSERT_LE(choices.size(), 12u);
  for (size_t index = 0; index < choices.size(); ++index) {
    KnapsackOption total = sum(groups, choices[index]);
    EXPECT_EQ(total.cost, choices[index].cost);
    EXPECT_NEAR(total.loss, fillTable(groups, total.cost), 1e-9);
    if (index > 0) {
      EXPECT_GT(total.cost, choices[index - 1].cost);
    }
  }
  EXPECT_NEAR(choices.back().loss, fillTable(groups, 100000), 1e-9);
}

} // namespace
