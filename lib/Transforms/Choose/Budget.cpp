//===- Budget.cpp - The best patterns within a budget ----------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A budget as a multiple-choice knapsack: what is limited is the cost, what is to be
// least the loss.
//
//===----------------------------------------------------------------------===//

#include "Budget.h"

#include "sparse-opt/Pruning/Knapsack.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace sparseopt;

//===----------------------------------------------------------------------===//
// Spelling
//===----------------------------------------------------------------------===//

/// Reads a number with a unit of bytes or a percentage.
static bool parseBytes(llvm::StringRef text, Budget &budget) {
  double unit = 1;
  if (text.consume_back("%")) {
    budget.isFraction = true;
    unit = 0.01;
  } else {
    for (auto [suffix, factor] : {std::pair("KiB", 0x1p10),
                                  {"MiB", 0x1p20},
                                  {"GiB", 0x1p30},
                                  {"KB", 1e3},
                                  {"kB", 1e3},
                                  {"MB", 1e6},
                                  {"GB", 1e9},
                                  {"B", 1.0}})
      if (text.consume_back(suffix)) {
        unit = factor;
        break;
      }
  }
  if (text.trim().getAsDouble(budget.value))
    return false;
  budget.value *= unit;
  return true;
}

llvm::Expected<Budget> sparseopt::parseBudget(llvm::StringRef text) {
  Budget budget;
  budget.text = text.trim().str();
  auto [kind, amount] = llvm::StringRef(budget.text).split(':');
  amount = amount.trim();
  bool valid = false;
  if (kind == "speed-up") {
    budget.kind = Budget::Kind::SpeedUp;
    amount.consume_back("x");
    valid = !amount.getAsDouble(budget.value) && budget.value > 0;
  } else if (kind == "bytes") {
    budget.kind = Budget::Kind::Bytes;
    valid = parseBytes(amount, budget) && budget.value > 0;
  } else if (kind == "error") {
    budget.kind = Budget::Kind::Error;
    valid = !amount.getAsDouble(budget.value) && budget.value >= 0;
  }
  if (!valid || !std::isfinite(budget.value))
    return llvm::createStringError(
        "'" + budget.text +
        "' is not a budget; write speed-up:1.5, bytes:12MiB, bytes:60% or "
        "error:0.01");
  return std::move(budget);
}

//===----------------------------------------------------------------------===//
// Assignment
//===----------------------------------------------------------------------===//

namespace {

/// The layers of one budget as groups of options.
class BudgetProblem {
public:
  BudgetProblem(const Budget &budget, llvm::ArrayRef<LayerRow> layers,
                llvm::ArrayRef<LayerRow> fixed);

  llvm::Expected<BudgetResult> solve();

private:
  double getLimit() const;
  double getCost(const CandidateRow &row) const;
  double getLoss(const CandidateRow &row) const;
  Assignment toAssignment(const pruning::KnapsackChoice &choice) const;
  llvm::Error makeUnreachable() const;
  std::vector<Assignment> getFront() const;

  const Budget &budget;
  llvm::ArrayRef<LayerRow> layers;
  Totals dense, fixedTotals;
  pruning::KnapsackGroups groups;
  /// The candidate of each option.
  std::vector<std::vector<int64_t>> candidates;
};

} // namespace

/// Points of the front.
static constexpr int64_t numFrontPoints = 12;

static void add(Totals &totals, const CandidateRow &row) {
  totals.predictedNs += row.predictedNs;
  totals.bytes += row.bytes;
  totals.error += row.error;
}

BudgetProblem::BudgetProblem(const Budget &budget,
                             llvm::ArrayRef<LayerRow> layers,
                             llvm::ArrayRef<LayerRow> fixed)
    : budget(budget), layers(layers) {
  for (const LayerRow &layer : fixed)
    add(fixedTotals, layer.candidates.front());
  dense = fixedTotals;
  for (const LayerRow &layer : layers) {
    add(dense, layer.candidates.front());
    groups.emplace_back();
    candidates.emplace_back();
    for (auto [index, row] : llvm::enumerate(layer.candidates)) {
      // Without a kernel a pattern changes the values and nothing else.
      if (!row.obstacle.empty() || (index > 0 && row.kernel == "none"))
        continue;
      groups.back().push_back({getCost(row), getLoss(row)});
      candidates.back().push_back(index);
    }
  }
}

double BudgetProblem::getCost(const CandidateRow &row) const {
  switch (budget.kind) {
  case Budget::Kind::SpeedUp:
    return row.predictedNs;
  case Budget::Kind::Bytes:
    return row.bytes;
  case Budget::Kind::Error:
    return row.error;
  }
  llvm_unreachable("unknown kind of budget");
}

double BudgetProblem::getLoss(const CandidateRow &row) const {
  return budget.kind == Budget::Kind::Error ? double(row.predictedNs)
                                            : row.error;
}

/// What the layers that a pattern is chosen for may cost.
double BudgetProblem::getLimit() const {
  switch (budget.kind) {
  case Budget::Kind::SpeedUp:
    return dense.predictedNs / budget.value - fixedTotals.predictedNs;
  case Budget::Kind::Bytes:
    return (budget.isFraction ? budget.value * dense.bytes : budget.value) -
           fixedTotals.bytes;
  case Budget::Kind::Error:
    return budget.value * layers.size();
  }
  llvm_unreachable("unknown kind of budget");
}

Assignment
BudgetProblem::toAssignment(const pruning::KnapsackChoice &choice) const {
  Assignment result;
  result.totals = fixedTotals;
  for (auto [index, option] : llvm::enumerate(choice.options)) {
    result.candidates.push_back(candidates[index][option]);
    add(result.totals, layers[index].candidates[result.candidates.back()]);
  }
  result.totals.error /= std::max<size_t>(layers.size(), 1);
  return result;
}

/// The sentence about a budget that no assignment keeps.
llvm::Error BudgetProblem::makeUnreachable() const {
  Totals best = toAssignment(pruning::getHullChoices(groups, 2).front()).totals;
  std::string reach;
  switch (budget.kind) {
  case Budget::Kind::SpeedUp:
    reach = llvm::formatv("a speed-up of {0:f3}",
                          double(dense.predictedNs) / best.predictedNs);
    break;
  case Budget::Kind::Bytes:
    reach = llvm::formatv("{0} bytes, {1:f1} % of {2}", best.bytes,
                          100.0 * best.bytes / dense.bytes, dense.bytes);
    break;
  case Budget::Kind::Error:
    reach = llvm::formatv("an error of {0:e3}", best.error);
    break;
  }
  return llvm::createStringError(
      llvm::formatv("budget '{0}' is out of reach: the most that the "
                    "candidates give is {1}, at a mean error of {2:e3}",
                    budget.text, reach, best.error)
          .str());
}

std::vector<Assignment> BudgetProblem::getFront() const {
  Budget axis = budget;
  if (budget.kind == Budget::Kind::Error)
    axis.kind = Budget::Kind::SpeedUp;
  pruning::KnapsackGroups points;
  for (auto [layer, options] : llvm::zip(layers, candidates)) {
    points.emplace_back();
    for (int64_t option : options) {
      const CandidateRow &row = layer.candidates[option];
      bool isBytes = axis.kind == Budget::Kind::Bytes;
      points.back().push_back(
          {double(isBytes ? row.bytes : row.predictedNs), row.error});
    }
  }
  std::vector<Assignment> front;
  for (const pruning::KnapsackChoice &choice :
       pruning::getHullChoices(points, numFrontPoints))
    front.push_back(toAssignment(choice));
  return front;
}

llvm::Expected<BudgetResult> BudgetProblem::solve() {
  std::optional<pruning::KnapsackChoice> choice =
      pruning::chooseWithin(groups, getLimit());
  if (!choice)
    return makeUnreachable();
  BudgetResult result;
  result.chosen = toAssignment(*choice);
  result.dense = dense;
  result.gap = choice->loss - choice->bound;
  if (budget.kind != Budget::Kind::Error)
    result.gap /= std::max<size_t>(layers.size(), 1);
  result.front = getFront();
  return std::move(result);
}

llvm::Expected<BudgetResult>
sparseopt::keepBudget(const Budget &budget, llvm::ArrayRef<LayerRow> layers,
                      llvm::ArrayRef<LayerRow> fixed) {
  return BudgetProblem(budget, layers, fixed).solve();
}
