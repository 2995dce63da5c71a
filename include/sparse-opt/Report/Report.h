//===- Report.h - What was decided, for people and programs -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The records of all decisions in a module, as JSON, as a page, and as a short
// summary.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_REPORT_REPORT_H
#define SPARSEOPT_REPORT_REPORT_H

#include "mlir/IR/Operation.h"
#include "mlir/Support/LLVM.h"
#include "llvm/Support/JSON.h"

namespace sparseopt {

/// The decision records of all linear layers under `root`, in program order:
///
///     {"layers": [{"weight": "ffn.up", "pattern": "2:4", "density": 0.5,
///       "out": 1536, "in": 384, "choices": [{"tokens": 128,
///       "kernel": "cpu.mask_tile", "predicted_ns": 710000,
///       "dense_ns": 1350000, "reason": "..."}]}]}
///
/// beside "pruning", one object per weight that was pruned, and "budget", the
/// answer to a budget, where the module holds these records.
llvm::json::Object buildReport(mlir::Operation *root);

/// Writes the report to `path` ("-" for standard output), as HTML if it ends in
/// `.html` and as JSON otherwise, through a temporary file that replaces it on success. The error is reported at `root`.
mlir::LogicalResult writeReport(mlir::Operation *root, llvm::StringRef path);

/// At most five lines: number of layers, how many run sparse and on what,
/// predicted times of all layers, dense and as chosen.
void printSummary(mlir::Operation *root, llvm::raw_ostream &os);

} // namespace sparseopt

#endif // SPARSEOPT_REPORT_REPORT_H
