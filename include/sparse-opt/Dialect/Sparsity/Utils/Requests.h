//===- Requests.h - Prune requests on weights -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adds the request that a user wrote to one weight, where it fits.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_REQUESTS_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_REQUESTS_H

#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"

namespace sparseopt::sparsity {

/// Attributes of the request `spec`, which was built successfully before, for
/// the weight that `value` holds. Fails with a phrase in `obstacle` if the weight
/// has a request, is not used by a contraction, or does not fit the pattern.
mlir::FailureOr<RequestAttrs> fitRequest(mlir::Value value,
                                         const WeightUses &uses,
                                         const RequestSpec &spec,
                                         std::string &obstacle);

/// Lets all uses of `value`, a weight or what a request makes of one, read a
/// `sparsity.prune` of it.
void insertRequest(mlir::Value value, const RequestAttrs &attrs);

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_REQUESTS_H
