//===- Sparsity.h - The sparsity dialect ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Umbrella header of the sparsity dialect: dialect, attributes, interfaces and
// ops.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITY_H
#define SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITY_H

#include "sparse-opt/Interfaces/LinearOpInterface.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <limits>
#include <optional>

#include "sparse-opt/Dialect/Sparsity/IR/SparsityDialect.h.inc"

#include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrInterfaces.h.inc"

#include "sparse-opt/Dialect/Sparsity/IR/SparsityEnums.h.inc"

namespace sparseopt::sparsity {
/// A floating-point number without its type, as an f64 attribute.
mlir::FailureOr<mlir::FloatAttr> parseNumber(mlir::AsmParser &parser);
} // namespace sparseopt::sparsity

#define GET_ATTRDEF_CLASSES
#include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrs.h.inc"

#define GET_OP_CLASSES
#include "sparse-opt/Dialect/Sparsity/IR/SparsityOps.h.inc"

#endif // SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITY_H
