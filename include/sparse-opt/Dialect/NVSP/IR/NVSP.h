//===- NVSP.h - The nvsp dialect --------------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Umbrella header of the nvsp dialect: dialect, type, ops, and what PTX says of
// the types that its instructions multiply.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_NVSP_IR_NVSP_H
#define SPARSEOPT_DIALECT_NVSP_IR_NVSP_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>

namespace sparseopt::nvsp {

/// What PTX says of one type of multiplicands: f16, bf16, tf32, si8, ui8,
/// f8E4M3FN or f8E5M2.
struct Multiplicand {
  /// The name in an instruction, for example "e4m3".
  llvm::StringRef ptxName;
  /// Bits of one element in memory and in a register.
  int64_t bits = 0;
  /// Elements of a dense row that one sparse instruction multiplies.
  int64_t sparseK = 0;
  /// 1 where all lanes of a quad hold metadata, else 2.
  int64_t numSelectors = 0;
  bool isInteger = false;
  bool isHalf = false;
};

/// Nothing for types that no instruction multiplies.
std::optional<Multiplicand> getMultiplicand(mlir::Type type);

/// Whether one nibble of a metadata word is one of those that PTX defines, in
/// order: indices i0 < i1 in two bits each; 0b0100 or 0b1110 for tf32.
bool isMetadataNibble(unsigned nibble, mlir::Type type);

} // namespace sparseopt::nvsp

#include "sparse-opt/Dialect/NVSP/IR/NVSPDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "sparse-opt/Dialect/NVSP/IR/NVSPTypes.h.inc"

#define GET_OP_CLASSES
#include "sparse-opt/Dialect/NVSP/IR/NVSPOps.h.inc"

#endif // SPARSEOPT_DIALECT_NVSP_IR_NVSP_H
