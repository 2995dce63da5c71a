//===- LinearFacts.h - Loop nests of a linear layer -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linear layer as two loop nests: the products, and the epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_LINEARFACTS_H
#define SPARSEOPT_ANALYSIS_SPARSITY_LINEARFACTS_H

#include "sparse-opt/Analysis/Sparsity/OpFacts.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

namespace sparseopt::facts {

/// `acc[t.., o] += x[t.., k] * w[o, k]` over the loops (t.., o, k), from zero.
LoopNest makeProductNest(sparsity::LinearOp op, const GetFactsFn &getFacts,
                         bool assumeFinite);

/// `y[t.., o] = epilogue(acc, extras)` over the loops (t.., o); the first input
/// is the accumulator.
LoopNest makeEpilogueNest(sparsity::LinearOp op, const ValueFacts &accumulator,
                          GetFactsFn getFacts, bool assumeFinite);

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_LINEARFACTS_H
