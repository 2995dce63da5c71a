//===- BudgetRecord.h - What was decided within a budget -------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The record of an assignment: an attribute of the module for reports, and a table
// for people.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_CHOOSE_BUDGETRECORD_H
#define SPARSEOPT_LIB_TRANSFORMS_CHOOSE_BUDGETRECORD_H

#include "Budget.h"

#include "mlir/IR/BuiltinAttributes.h"

namespace sparseopt {

/// The answer to a budget with what it is about.
struct BudgetRecord {
  Budget budget;
  BudgetResult result;
  Sensitivity sensitivity;
};

/// The attribute that reports are written from: the budget, the totals, one entry
/// per layer, and the front.
mlir::DictionaryAttr toAttr(mlir::MLIRContext *context,
                            const BudgetRecord &record);

/// Prints the front, the point chosen, and the candidate of each layer.
void printTable(const BudgetRecord &record, llvm::raw_ostream &os);

/// How many layers get which candidate: `dense x 4, 2:4 x 20`.
std::string countCandidates(const Sensitivity &sensitivity,
                            const Assignment &assignment);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_CHOOSE_BUDGETRECORD_H
