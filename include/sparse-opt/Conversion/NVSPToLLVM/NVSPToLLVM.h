//===- NVSPToLLVM.h - Matrix instructions to inline PTX ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of the nvsp dialect to LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_NVSPTOLLVM_NVSPTOLLVM_H
#define SPARSEOPT_CONVERSION_NVSPTOLLVM_NVSPTOLLVM_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
class TypeConverter;
} // namespace mlir

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTNVSPTOLLVMPASS
#include "sparse-opt/Conversion/Passes.h.inc"

/// Accumulators become structs of their registers.
void addNVSPTypeConversions(mlir::TypeConverter &converter);

/// Patterns that lower every op of the dialect, for a converter that has
/// these conversions.
void populateNVSPToLLVMPatterns(const mlir::TypeConverter &converter,
                                mlir::RewritePatternSet &patterns);

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_NVSPTOLLVM_NVSPTOLLVM_H
