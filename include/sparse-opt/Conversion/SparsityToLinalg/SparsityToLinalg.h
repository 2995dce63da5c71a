//===- SparsityToLinalg.h - Linears back to linalg --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of the linears and weights that no kernel was chosen for.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_SPARSITYTOLINALG_SPARSITYTOLINALG_H
#define SPARSEOPT_CONVERSION_SPARSITYTOLINALG_SPARSITYTOLINALG_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTSPARSITYTOLINALGPASS
#include "sparse-opt/Conversion/Passes.h.inc"

/// Patterns that rewrite sparsity.linear without a kernel, and sparsity.weight
/// where no linear uses it any more.
void populateSparsityToLinalgPatterns(mlir::RewritePatternSet &patterns);

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_SPARSITYTOLINALG_SPARSITYTOLINALG_H
