//===- PruningRecord.h - What pruning did to each weight -------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The record of a pruning run: kept on the module by the passes that prune, so that
// it is still there when the weights are packed and the report is written.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_REPORT_PRUNINGRECORD_H
#define SPARSEOPT_REPORT_PRUNINGRECORD_H

#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>

namespace sparseopt {

/// What was done to one weight.
struct PruningRecord {
  std::string weight;
  /// In the spelling of recipes: `2:4`, `block<4x1>`.
  std::string pattern;
  /// Name of the method: `magnitude`.
  std::string method;
  /// Fraction of nonzeros afterwards.
  double density = 1;
  /// Euclidean norm afterwards over the norm before.
  double retainedNorm = 1;
  /// Relative error of the layer's output on calibration data, if it is known.
  std::optional<double> error;
};

/// Adds `records` to those that `module` holds; a record of a weight replaces the
/// one that it had.
void addPruningRecords(mlir::ModuleOp module,
                       llvm::ArrayRef<PruningRecord> records);

/// The attribute of a module that holds the records, an array of dictionaries.
constexpr llvm::StringLiteral pruningRecordsName = "sparsity.pruning";

/// The attribute of a module that holds the answer to a budget, a dictionary.
constexpr llvm::StringLiteral budgetRecordName = "sparsity.budget";

} // namespace sparseopt

#endif // SPARSEOPT_REPORT_PRUNINGRECORD_H
