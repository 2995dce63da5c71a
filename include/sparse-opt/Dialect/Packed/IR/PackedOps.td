//===- PackedOps.td - Ops of the packed dialect ------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packed constants, packing, unpacking, and the linear layer that reads a
// packed weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_PACKED_IR_PACKEDOPS_TD
#define SPARSEOPT_DIALECT_PACKED_IR_PACKEDOPS_TD

include "sparse-opt/Dialect/Packed/IR/PackedTypes.td"
include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrs.td"
include "sparse-opt/Interfaces/LinearOpInterface.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Packed_Op<string mnemonic, list<Trait> traits = []>
    : Op<Packed_Dialect, mnemonic, traits>;

def Packed_ConstantOp : Packed_Op<"constant", [Pure]> {
  let summary = "The bytes of a packed weight";
  let description = [{
    `value` holds the bytes as a one-dimensional i8 tensor, in the layout that
    the result type names. The optional name is that of the logical weight.

    ```mlir
    %p = packed.constant "ffn.up" dense<0> : tensor<64xi8> -> !packed.weight<1x16xf32, "dense_panel", {panel = 16 : i64}>
    ```
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name, ElementsAttr:$value);
  let results = (outs Packed_WeightType:$result);
  let assemblyFormat = "($name^)? $value attr-dict `->` qualified(type($result))";
  let hasVerifier = 1;
}

def Packed_PackOp : Packed_Op<"pack", [Pure]> {
  let summary = "Put a weight into a layout";
  let description = [{
    The same values in the layout of the result type. `sparsity-pack-weights`
    executes it at compile time; none is left for run time.

    ```mlir
    func.func @pack(%w: tensor<4x16xf32>) -> !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}> {
      %p = packed.pack %w : tensor<4x16xf32> -> !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>
      return %p : !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$weight);
  let results = (outs Packed_WeightType:$result);
  let assemblyFormat =
    "$weight attr-dict `:` type($weight) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def Packed_UnpackOp : Packed_Op<"unpack", [Pure]> {
  let summary = "Take a weight out of its layout";
  let description = [{
    The exact inverse of `packed.pack`.

    ```mlir
    func.func @unpack(%p: !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>) -> tensor<4x16xf32> {
      %w = packed.unpack %p : !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}> -> tensor<4x16xf32>
      return %w : tensor<4x16xf32>
    }
    ```
  }];
  let arguments = (ins Packed_WeightType:$weight);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat =
    "$weight attr-dict `:` qualified(type($weight)) `->` type($result)";
  let hasVerifier = 1;
}

def Packed_LinearOp : Packed_Op<"linear", [
    DestinationStyleOpInterface, LinearOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ConditionallySpeculatable>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>]> {
  let summary = "A linear layer on a packed weight";
  let description = [{
    As `sparsity.linear`, with the weight in the layout that its kernel reads.
    `kernel` is required.

    ```mlir
    func.func @layer(%x: tensor<?x16xf32>, %p: !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %r = packed.linear ins(%x, %p : tensor<?x16xf32>, !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>) outs(%y : tensor<?x4xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins AnyShaped:$input, Packed_WeightType:$weight,
    Variadic<AnyShaped>:$extras, AnyShaped:$init,
    AffineMapArrayAttr:$extra_maps, AnyAttr:$kernel,
    OptionalAttr<TypedArrayAttrBase<Sparsity_AnyDecision,
                                    "decision records">>:$decisions);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region MaxSizedRegion<1>:$epilogue);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getInitMutable());
    }
    ::llvm::SmallVector<int64_t> getWeightShape() {
      return ::llvm::to_vector(
          ::llvm::cast<WeightType>(getWeight().getType()).getShape());
    }
    ::mlir::Type getWeightElementType() {
      return ::llvm::cast<WeightType>(getWeight().getType()).getElementType();
    }
  }];
}

#endif // SPARSEOPT_DIALECT_PACKED_IR_PACKEDOPS_TD
