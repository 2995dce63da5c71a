//===- SparsityDialect.cpp - The sparsity dialect ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the sparsity dialect.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

using namespace mlir;
using namespace sparseopt::sparsity;

#include "sparse-opt/Dialect/Sparsity/IR/SparsityDialect.cpp.inc"

void SparsityDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "sparse-opt/Dialect/Sparsity/IR/SparsityOps.cpp.inc"
      >();
}
