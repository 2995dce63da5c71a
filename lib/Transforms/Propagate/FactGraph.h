//===- FactGraph.h - Functions as graphs with facts -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pictures of functions with facts on their edges.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_FACTGRAPH_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_FACTGRAPH_H

#include "sparse-opt/Analysis/Sparsity/SparsityAnalysis.h"

namespace sparseopt::facts {

/// Draws each function in `top`: one node per op on tensors, one edge per use,
/// labelled with what is known about the value. DOT, or a page of HTML.
void printFactGraph(mlir::Operation *top, const SparsityAnalysis &analysis,
                    bool asHtml, llvm::raw_ostream &os);

} // namespace sparseopt::facts

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_FACTGRAPH_H
