//===- Budget.h - The best patterns within a budget ------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Budgets as users write them, and the assignment of candidates to layers that keeps
// one of them.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_CHOOSE_BUDGET_H
#define SPARSEOPT_LIB_TRANSFORMS_CHOOSE_BUDGET_H

#include "MeasureSensitivity.h"

namespace sparseopt {

/// What an assignment has to keep to.
struct Budget {
  enum class Kind { SpeedUp, Bytes, Error };

  /// As it was written.
  std::string text;
  Kind kind = Kind::SpeedUp;
  /// The factor, the number of bytes or its fraction, or the mean error.
  double value = 0;
  /// Whether bytes are a fraction of what they are without pruning.
  bool isFraction = false;
};

/// Reads `speed-up:1.5`, `speed-up:1.5x`, `bytes:12MiB`, `bytes:60%` or
/// `error:0.01`. The error is a sentence for the user.
llvm::Expected<Budget> parseBudget(llvm::StringRef text);

/// Sums over all layers.
struct Totals {
  int64_t predictedNs = 0;
  int64_t bytes = 0;
  /// Mean over the layers that a pattern is chosen for.
  double error = 0;
};

/// One candidate per layer.
struct Assignment {
  std::vector<int64_t> candidates;
  Totals totals;
};

/// The answer to a budget.
struct BudgetResult {
  Assignment chosen;
  /// All layers as they are.
  Totals dense;
  /// What the chosen assignment's error (for an error budget its time in ns) may
  /// at most be above that of the best one; 0 when it is proven to be the best.
  double gap = 0;
  /// Least error for a range of times, or of bytes for a budget of bytes.
  std::vector<Assignment> front;
};

/// Chooses a candidate for each of `layers`; `fixed` layers count as they are.
/// The error is a sentence that says what can be reached.
llvm::Expected<BudgetResult> keepBudget(const Budget &budget,
                                        llvm::ArrayRef<LayerRow> layers,
                                        llvm::ArrayRef<LayerRow> fixed);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_CHOOSE_BUDGET_H
