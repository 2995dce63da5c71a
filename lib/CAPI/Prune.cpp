//===- Prune.cpp - C interface: weights outside of a module -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The request on one weight, executed on a buffer.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt-c/SparseOpt.h"

#include "sparse-opt/Transforms/Prune/WeightPruner.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/CAPI/Wrap.h"

using namespace mlir;
using namespace sparseopt;

DEFINE_C_API_PTR_METHODS(SparseOptWeightPruner, WeightPruner)

SparseOptWeightPruner sparseOptWeightPrunerCreate(MlirModule module,
                                                  MlirStringRef name,
                                                  MlirStringRef stats) {
  FailureOr<std::unique_ptr<WeightPruner>> pruner =
      WeightPruner::create(unwrap(module), unwrap(name), unwrap(stats));
  return wrap(failed(pruner) ? nullptr : pruner->release());
}

void sparseOptWeightPrunerDestroy(SparseOptWeightPruner pruner) {
  delete unwrap(pruner);
}

intptr_t sparseOptWeightPrunerGetRowMultiple(SparseOptWeightPruner pruner) {
  return unwrap(pruner)->isRowwise() ? pruning::rowBlockMultiple : 0;
}

MlirStringRef sparseOptWeightPrunerGetPattern(SparseOptWeightPruner pruner) {
  return wrap(unwrap(pruner)->getPatternText());
}

MlirLogicalResult sparseOptWeightPrunerRun(SparseOptWeightPruner pruner,
                                           void *rows, intptr_t firstRow,
                                           intptr_t numRows) {
  return wrap(unwrap(pruner)->prune(rows, firstRow, numRows));
}
