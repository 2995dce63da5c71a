//===- PackedGlobals.h - Packed weights as globals --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packed constants become constant globals, one per distinct value.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_PACKEDTOCPU_PACKEDGLOBALS_H
#define SPARSEOPT_CONVERSION_PACKEDTOCPU_PACKEDGLOBALS_H

#include "sparse-opt/Dialect/Packed/IR/Packed.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace sparseopt {

class PackedGlobals {
public:
  PackedGlobals(mlir::ModuleOp module, mlir::SymbolTable &symbols)
      : module(module), symbols(symbols) {}

  /// The packed bytes as a constant global at the layout's alignment, and a
  /// pointer to them. Fails with a diagnostic if they are not bytes of the layout.
  mlir::FailureOr<mlir::Value> getPointer(packed::ConstantOp constant,
                                          mlir::ImplicitLocOpBuilder &builder);

private:
  mlir::ModuleOp module;
  mlir::SymbolTable &symbols;
  llvm::DenseMap<mlir::Attribute, mlir::memref::GlobalOp> globals;
};

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_PACKEDTOCPU_PACKEDGLOBALS_H
