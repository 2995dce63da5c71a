//===- AddRequests.h - Requests from pass options ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the prune phase: adds the request that the options of sparsity-
// prune describe to the weights of contractions.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_PRUNE_ADDREQUESTS_H
#define SPARSEOPT_LIB_TRANSFORMS_PRUNE_ADDREQUESTS_H

#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"

#include "mlir/IR/BuiltinOps.h"

namespace sparseopt {

/// Adds a `sparsity.prune` to every weight of a contraction in `module` that one
/// of `targetTexts` matches (all if there are none) and none of `ignoreTexts` does.
/// Constants and immutable globals that get one become a `sparsity.weight`.
/// Fails, with a diagnostic, if the request is wrong or a target matches
/// nothing.
mlir::LogicalResult addRequests(mlir::ModuleOp module,
                                const sparsity::RequestSpec &spec,
                                llvm::ArrayRef<std::string> targetTexts,
                                llvm::ArrayRef<std::string> ignoreTexts);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_PRUNE_ADDREQUESTS_H
