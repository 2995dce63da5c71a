//===- ExecuteRequests.h - Execution of prune requests ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the prune phase: replaces prune requests by pruned weights.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_PRUNE_EXECUTEREQUESTS_H
#define SPARSEOPT_LIB_TRANSFORMS_PRUNE_EXECUTEREQUESTS_H

#include "sparse-opt/Checkpoint/StatisticsFile.h"

#include "mlir/IR/BuiltinOps.h"

namespace sparseopt {

/// Replaces every `sparsity.prune` in `module` by a weight with its pattern.
/// Methods that read statistics look them up in `statistics`, which may be null.
/// With `record`, what was done to each weight is kept on the module for reports.
/// Fails, with a diagnostic at the request or the weight, if one cannot be
/// executed; no request of that round has been replaced then.
mlir::LogicalResult executeRequests(mlir::ModuleOp module,
                                    const StatisticsFile *statistics,
                                    bool record);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_PRUNE_EXECUTEREQUESTS_H
