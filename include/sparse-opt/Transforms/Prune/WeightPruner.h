//===- WeightPruner.h - A request on values from elsewhere ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes the request on a weight of a module whose values are not in the
// module: checkpoints larger than memory are pruned weight by weight, by blocks
// of rows, as the requests of a small module say.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PRUNE_WEIGHTPRUNER_H
#define SPARSEOPT_TRANSFORMS_PRUNE_WEIGHTPRUNER_H

#include "sparse-opt/Checkpoint/StatisticsFile.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Pruning/RowBlocks.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>
#include <string>
#include <vector>

namespace sparseopt {

class WeightPruner {
public:
  /// The request on the weight `name` of `module`, whose values are not read;
  /// null if there is none. `stats` is a file of statistics or empty. Reports at
  /// the weight or the request what is missing or cannot be executed.
  static mlir::FailureOr<std::unique_ptr<WeightPruner>>
  create(mlir::ModuleOp module, llvm::StringRef name, llvm::StringRef stats);

  /// Prunes rows [firstRow, firstRow + numRows) of the weight in place, and
  /// checks the pattern. `data` has their elements, aligned for the type. Reports
  /// at the weight.
  mlir::LogicalResult prune(void *data, int64_t firstRow, int64_t numRows);

  /// Whether rows may come in blocks, of `pruning::rowBlockMultiple` rows.
  bool isRowwise() const { return pruner->isRowwise(); }

  /// The pattern as in pass options: "2:4", "block<4x1>".
  llvm::StringRef getPatternText() const { return patternText; }

private:
  WeightPruner(sparsity::WeightOp weight) : weight(weight) {}

  mlir::LogicalResult prepare(sparsity::PruneOp op, llvm::StringRef stats);

  sparsity::WeightOp weight;
  pruning::ElementType type = pruning::ElementType::F32;
  std::string patternText;
  std::shared_ptr<StatisticsFile> file;
  std::optional<pruning::RowBlockPruner> pruner;
};

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_PRUNE_WEIGHTPRUNER_H
