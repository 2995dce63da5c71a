//===- Knapsack.h - One option per group under a limit ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The multiple-choice knapsack problem: from each group (a layer) take one option
// (a pattern), so that the sum of costs stays within a limit and the sum of losses
// is least. Solved exactly by dynamic programming over the Pareto-optimal partial
// choices, in which a partial choice is dropped when the linear relaxation of the
// rest cannot bring it below the best choice known so far.
//
// Source: Nemhauser and Ullmann, "Discrete dynamic programming and capital
// allocation", Management Science 1969; the relaxation is that of Sinha and
// Zoltners, "The multiple-choice knapsack problem", Operations Research 1979.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_KNAPSACK_H
#define SPARSEOPT_PRUNING_KNAPSACK_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace sparseopt::pruning {

/// What one option costs and loses; both finite and not negative.
struct KnapsackOption {
  double cost = 0;
  double loss = 0;
};

/// The options of each group; none is empty.
using KnapsackGroups = std::vector<std::vector<KnapsackOption>>;

/// One option per group.
struct KnapsackChoice {
  /// Index of the option of each group.
  std::vector<int64_t> options;
  /// Sums over the groups, in order.
  double cost = 0;
  double loss = 0;
  /// No choice within the limit loses less than this: `loss` itself when the
  /// choice is proven to be the best one.
  double bound = 0;
};

/// The choice of least loss whose cost does not exceed `limit` (by more than
/// rounding), and of these the one that costs least; none if even the cheapest
/// options cost more. Among equal options the first one is taken. At most
/// `maxStates` partial choices are kept; a problem that needs more gets a choice
/// whose distance to the best one is at most `loss - bound`.
std::optional<KnapsackChoice> chooseWithin(const KnapsackGroups &groups,
                                           double limit,
                                           int64_t maxStates = 1 << 20);

/// The choices on the lower convex hull of all (cost, loss), from the cheapest to
/// that of least loss: each is the best one within its own cost. At most
/// `maxChoices` (at least 2) of them, spread evenly over the costs.
std::vector<KnapsackChoice> getHullChoices(const KnapsackGroups &groups,
                                           int64_t maxChoices);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_KNAPSACK_H
