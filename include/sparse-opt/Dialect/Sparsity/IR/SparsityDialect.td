//===- SparsityDialect.td - The sparsity dialect -----------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The logical side of sparsity: which weights exist, what is zero in them,
// what is to be done about it, and which kernel was chosen. How a packed
// weight lies in memory is the matter of the packed dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYDIALECT_TD
#define SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYDIALECT_TD

include "mlir/IR/DialectBase.td"

def Sparsity_Dialect : Dialect {
  let name = "sparsity";
  let cppNamespace = "::sparseopt::sparsity";
  let summary = "Named weights, their zero patterns and the layers that use them";
  let description = [{
    The `sparsity` dialect says what is zero and what to do about it.

    A model enters as linalg on tensors. `sparsity-normalize` turns each weight
    of a contraction into a `sparsity.weight` with a name, and each contraction
    with a weight into a `sparsity.linear`. Requests to prune are ops on the
    weight (`sparsity.prune`); a pruned weight carries the patterns that were
    proven on its values. A linear carries the decision which kernel serves it.

    Patterns describe structure only:

    | attribute | meaning |
    |---|---|
    | `#sparsity.nm<2:4, dim = 1>` | at most 2 nonzeros in each aligned group of 4 along dim 1 |
    | `#sparsity.block<16x16>` | zeros come in whole aligned blocks |
    | `#sparsity.slice<dim = 0>` | zeros come in whole slices of dim 0 |
    | `#sparsity.unstructured` | zeros may be anywhere |

    `0.0` and `-0.0` are both zeros.

    N:M follows NVIDIA's convention (Mishra et al., "Accelerating Sparse Deep
    Neural Networks", arXiv:2104.08378): N counts nonzeros.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = [];
  let extraClassDeclaration = [{
    /// Name of the function argument attribute that binds an argument to a
    /// checkpoint tensor: `sparsity.weight = "name"`.
    static ::llvm::StringRef getWeightArgAttrName() { return "sparsity.weight"; }

    void registerAttributes();
  }];
}

#endif // SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYDIALECT_TD
