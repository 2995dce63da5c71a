//===- PackedTypes.td - Types of the packed dialect --------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The opaque packed weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_PACKED_IR_PACKEDTYPES_TD
#define SPARSEOPT_DIALECT_PACKED_IR_PACKEDTYPES_TD

include "sparse-opt/Dialect/Packed/IR/PackedDialect.td"
include "mlir/IR/AttrTypeBase.td"

def Packed_WeightType : TypeDef<Packed_Dialect, "Weight"> {
  let mnemonic = "weight";
  let summary = "A weight stored in a named layout";
  let description = [{
    Logical shape and element type, the layout's name and its parameters. Sizes
    are static.

    ```mlir
    func.func @type(%w: !packed.weight<4x8xf32, "dense_panel", {panel = 16 : i64}>) {
      return
    }
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape,
    "::mlir::Type":$elementType, StringRefParameter<"layout">:$layout,
    "::mlir::DictionaryAttr":$params);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // SPARSEOPT_DIALECT_PACKED_IR_PACKEDTYPES_TD
