//===- SparsityToSparseTensor.h - Sparse weights to sparse_tensor -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of layers with unstructured or block weights to upstream's
// sparse_tensor dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_SPARSITYTOSPARSETENSOR_SPARSITYTOSPARSETENSOR_H
#define SPARSEOPT_CONVERSION_SPARSITYTOSPARSETENSOR_SPARSITYTOSPARSETENSOR_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTSPARSITYTOSPARSETENSORPASS
#include "sparse-opt/Conversion/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_SPARSITYTOSPARSETENSOR_SPARSITYTOSPARSETENSOR_H
