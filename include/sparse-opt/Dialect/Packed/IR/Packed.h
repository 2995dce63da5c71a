//===- Packed.h - The packed dialect ----------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Umbrella header of the packed dialect: dialect, type and ops.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_PACKED_IR_PACKED_H
#define SPARSEOPT_DIALECT_PACKED_IR_PACKED_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "sparse-opt/Dialect/Packed/IR/PackedDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "sparse-opt/Dialect/Packed/IR/PackedTypes.h.inc"

#define GET_OP_CLASSES
#include "sparse-opt/Dialect/Packed/IR/PackedOps.h.inc"

#endif // SPARSEOPT_DIALECT_PACKED_IR_PACKED_H
