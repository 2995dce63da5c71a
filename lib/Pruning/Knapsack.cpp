//===- Knapsack.cpp - One option per group under a limit --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hulls of the groups, the linear relaxation of every tail of groups, and the
// dynamic program that uses it.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Knapsack.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <limits>

using namespace sparseopt::pruning;

/// Sums of costs are compared with the limit up to this relative error.
static constexpr double tolerance = 1e-12;

namespace {

/// A step from one option of a group's hull to the next one.
struct Step {
  int64_t group;
  int64_t option;
  double cost;
  double gain;
  /// Place among the steps of all groups, in order.
  int64_t position = 0;

  double getRate() const { return gain / cost; }
};

/// The groups without options that another one of the group beats, and the
/// steps of their lower convex hulls.
struct Problem {
  explicit Problem(const KnapsackGroups &groups);

  const KnapsackGroups &groups;
  /// Pareto-optimal options of each group, by rising cost and falling loss.
  std::vector<std::vector<int64_t>> optimal;
  /// All steps; each group's in order, and all by falling rate.
  std::vector<Step> steps;

  const KnapsackOption &getFirst(int64_t group) const {
    return groups[group][optimal[group].front()];
  }
};

/// The linear relaxation of the groups from one on: the least loss as a convex
/// function of the cost.
struct Relaxation {
  double firstCost = 0;
  double firstLoss = 0;
  std::vector<double> costs, losses;

  double getLoss(double limit) const;
};

/// A choice in the first groups.
struct State {
  double cost;
  double loss;
  int64_t parent;
  int64_t option;
};

} // namespace

//===----------------------------------------------------------------------===//
// Hulls
//===----------------------------------------------------------------------===//

static std::vector<int64_t>
getParetoOptimal(const std::vector<KnapsackOption> &options) {
  std::vector<int64_t> order(options.size());
  for (size_t index = 0; index < order.size(); ++index)
    order[index] = index;
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return std::tuple(options[a].cost, options[a].loss, a) <
           std::tuple(options[b].cost, options[b].loss, b);
  });
  std::vector<int64_t> optimal;
  for (int64_t index : order)
    if (optimal.empty() || options[index].loss < options[optimal.back()].loss)
      optimal.push_back(index);
  return optimal;
}

static void appendHullSteps(const std::vector<KnapsackOption> &options,
                            const std::vector<int64_t> &optimal, int64_t group,
                            std::vector<Step> &steps) {
  std::vector<Step> hull;
  int64_t start = optimal.front();
  for (int64_t option : llvm::drop_begin(optimal)) {
    // A step that is less steep than the one to follow is not on the hull.
    while (true) {
      int64_t from = hull.empty() ? start : hull.back().option;
      Step step{group, option, options[option].cost - options[from].cost,
                options[from].loss - options[option].loss};
      if (hull.empty() ||
          hull.back().gain * step.cost > step.gain * hull.back().cost) {
        hull.push_back(step);
        break;
      }
      hull.pop_back();
    }
  }
  steps.insert(steps.end(), hull.begin(), hull.end());
}

Problem::Problem(const KnapsackGroups &groups) : groups(groups) {
  for (size_t group = 0; group < groups.size(); ++group) {
    optimal.push_back(getParetoOptimal(groups[group]));
    appendHullSteps(groups[group], optimal.back(), group, steps);
  }
  // Rates fall within a group, whose steps keep their order.
  for (size_t index = 0; index < steps.size(); ++index)
    steps[index].position = index;
  llvm::sort(steps, [](const Step &a, const Step &b) {
    return std::tuple(-a.getRate(), a.position) <
           std::tuple(-b.getRate(), b.position);
  });
}

/// Sums of the options that were chosen.
static void finish(KnapsackChoice &choice, const KnapsackGroups &groups) {
  choice.cost = choice.loss = 0;
  for (size_t group = 0; group < groups.size(); ++group) {
    choice.cost += groups[group][choice.options[group]].cost;
    choice.loss += groups[group][choice.options[group]].loss;
  }
}

/// The cheapest option of each group.
static KnapsackChoice getCheapest(const Problem &problem) {
  KnapsackChoice choice;
  for (const std::vector<int64_t> &optimal : problem.optimal)
    choice.options.push_back(optimal.front());
  finish(choice, problem.groups);
  return choice;
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

double Relaxation::getLoss(double limit) const {
  double room = limit - firstCost;
  if (room < 0)
    return std::numeric_limits<double>::infinity();
  // costs and losses hold the state after each step.
  size_t index = llvm::upper_bound(costs, room) - costs.begin();
  double cost = index == 0 ? 0 : costs[index - 1];
  double loss = index == 0 ? firstLoss : losses[index - 1];
  if (index == costs.size())
    return loss;
  double part = (room - cost) / (costs[index] - cost);
  return loss + part * (losses[index] - loss);
}

/// Relaxations of the groups from 0, 1, ... on; the last one has no groups.
static std::vector<Relaxation> getRelaxations(const Problem &problem) {
  int64_t numGroups = problem.groups.size();
  std::vector<Relaxation> result(numGroups + 1);
  for (int64_t first = numGroups - 1; first >= 0; --first) {
    Relaxation &relaxation = result[first];
    for (int64_t group = first; group < numGroups; ++group) {
      relaxation.firstCost += problem.getFirst(group).cost;
      relaxation.firstLoss += problem.getFirst(group).loss;
    }
    double cost = 0, loss = relaxation.firstLoss;
    for (const Step &step : problem.steps) {
      if (step.group < first)
        continue;
      relaxation.costs.push_back(cost += step.cost);
      relaxation.losses.push_back(loss -= step.gain);
    }
  }
  return result;
}

/// A good choice: the steps of highest rate that fit.
static KnapsackChoice chooseGreedily(const Problem &problem, double limit) {
  KnapsackChoice choice = getCheapest(problem);
  double cost = choice.cost;
  std::vector<bool> stopped(problem.groups.size());
  for (const Step &step : problem.steps) {
    if (stopped[step.group] || cost + step.cost > limit) {
      stopped[step.group] = true;
      continue;
    }
    cost += step.cost;
    choice.options[step.group] = step.option;
  }
  finish(choice, problem.groups);
  return choice;
}

//===----------------------------------------------------------------------===//
// Dynamic program
//===----------------------------------------------------------------------===//

namespace {

class Solver {
public:
  Solver(const Problem &problem, double limit, int64_t maxStates)
      : problem(problem), limit(limit), maxStates(maxStates),
        relaxations(getRelaxations(problem)) {}

  KnapsackChoice solve();

private:
  void addGroup(int64_t group);
  void keepOptimal(std::vector<State> &states, int64_t numGroups);
  KnapsackChoice backtrack() const;

  double getBound(const State &state, int64_t numGroups) const {
    return state.loss + relaxations[numGroups].getLoss(limit - state.cost);
  }

  const Problem &problem;
  double limit;
  int64_t maxStates;
  std::vector<Relaxation> relaxations;
  /// The states after each group.
  std::vector<std::vector<State>> levels;
  double bestLoss = 0;
  /// Least bound of a state that was dropped for lack of room.
  double droppedBound = std::numeric_limits<double>::infinity();
};

} // namespace

/// Sorts the states and drops those that another one beats.
void Solver::keepOptimal(std::vector<State> &states, int64_t numGroups) {
  llvm::sort(states, [](const State &a, const State &b) {
    return std::tuple(a.cost, a.loss, a.parent, a.option) <
           std::tuple(b.cost, b.loss, b.parent, b.option);
  });
  size_t kept = 0;
  for (const State &state : states)
    if (kept == 0 || state.loss < states[kept - 1].loss)
      states[kept++] = state;
  states.resize(kept);
  if (int64_t(kept) <= maxStates)
    return;
  // The most promising ones stay.
  std::vector<std::pair<double, int64_t>> order;
  for (size_t index = 0; index < kept; ++index)
    order.emplace_back(getBound(states[index], numGroups), index);
  std::nth_element(order.begin(), order.begin() + maxStates, order.end());
  droppedBound = std::min(droppedBound, order[maxStates].first);
  order.resize(maxStates);
  llvm::sort(order, [](auto a, auto b) { return a.second < b.second; });
  std::vector<State> promising;
  for (auto [bound, index] : order)
    promising.push_back(states[index]);
  states = std::move(promising);
}

void Solver::addGroup(int64_t group) {
  std::vector<State> next;
  const std::vector<State> &states = levels.back();
  // What only equals the best choice is kept, so that it is found again.
  double worst = bestLoss + tolerance * std::abs(bestLoss);
  for (size_t parent = 0; parent < states.size(); ++parent)
    for (int64_t option : problem.optimal[group]) {
      const KnapsackOption &added = problem.groups[group][option];
      State state{states[parent].cost + added.cost,
                  states[parent].loss + added.loss, int64_t(parent), option};
      if (getBound(state, group + 1) <= worst)
        next.push_back(state);
    }
  keepOptimal(next, group + 1);
  levels.push_back(std::move(next));
}

KnapsackChoice Solver::backtrack() const {
  KnapsackChoice choice;
  int64_t numGroups = problem.groups.size();
  choice.options.resize(numGroups);
  // Losses fall with rising costs: the last state is the best one.
  int64_t index = levels.back().size() - 1;
  for (int64_t group = numGroups; group > 0; --group) {
    const State &state = levels[group][index];
    choice.options[group - 1] = state.option;
    index = state.parent;
  }
  return choice;
}

KnapsackChoice Solver::solve() {
  KnapsackChoice best = chooseGreedily(problem, limit);
  bestLoss = best.loss;
  levels.push_back({State{0, 0, 0, 0}});
  for (size_t group = 0; group < problem.groups.size(); ++group)
    addGroup(group);
  // Dropped states may leave none that is as good as the first choice.
  if (!levels.back().empty()) {
    KnapsackChoice found = backtrack();
    finish(found, problem.groups);
    if (std::pair(found.loss, found.cost) < std::pair(best.loss, best.cost))
      best = std::move(found);
  }
  best.bound = std::min(best.loss, droppedBound);
  return best;
}

std::optional<KnapsackChoice>
sparseopt::pruning::chooseWithin(const KnapsackGroups &groups, double limit,
                                 int64_t maxStates) {
  Problem problem(groups);
  double widened = limit + tolerance * std::abs(limit);
  if (getCheapest(problem).cost > widened)
    return std::nullopt;
  return Solver(problem, widened, std::max<int64_t>(maxStates, 1)).solve();
}

std::vector<KnapsackChoice>
sparseopt::pruning::getHullChoices(const KnapsackGroups &groups,
                                   int64_t maxChoices) {
  Problem problem(groups);
  double total = 0;
  for (const Step &step : problem.steps)
    total += step.cost;
  KnapsackChoice choice = getCheapest(problem);
  std::vector<KnapsackChoice> choices = {choice};
  double spent = 0;
  for (size_t index = 0; index < problem.steps.size(); ++index) {
    const Step &step = problem.steps[index];
    choice.options[step.group] = step.option;
    spent += step.cost;
    // The first choice past each of equally spaced costs, and the last one.
    bool isNext = spent * (maxChoices - 1) >= total * choices.size();
    if (!isNext && index + 1 < problem.steps.size())
      continue;
    if (int64_t(choices.size()) == maxChoices)
      choices.pop_back();
    finish(choice, groups);
    choices.push_back(choice);
  }
  for (KnapsackChoice &found : choices)
    found.bound = found.loss;
  return choices;
}
