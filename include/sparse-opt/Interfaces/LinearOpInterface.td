//===- LinearOpInterface.td - Linear layers, logical and packed -*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What sparsity.linear and packed.linear have in common: operands, epilogue
// and kernel.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_INTERFACES_LINEAROPINTERFACE_TD
#define SPARSEOPT_INTERFACES_LINEAROPINTERFACE_TD

include "mlir/IR/OpBase.td"

def LinearOpInterface : OpInterface<"LinearOpInterface"> {
  let cppNamespace = "::sparseopt";
  let description = [{
    A linear layer `y[t.., o] = epilogue(sum_k x[t.., k] * w[o, k], extras)`.
    Leading dims of `x` are tokens. The destination is not read.
  }];
  let methods = [
    InterfaceMethod<"The activation, [tokens.., in].",
      "::mlir::OpOperand &", "getInputMutable">,
    InterfaceMethod<"The weight, a tensor or memref [out, in] or a packed one.",
      "::mlir::OpOperand &", "getWeightMutable">,
    InterfaceMethod<"Further operands of the epilogue.",
      "::mlir::OperandRange", "getExtras">,
    InterfaceMethod<"One map over (t.., o) per extra.",
      "::mlir::ArrayAttr", "getExtraMaps">,
    InterfaceMethod<"The destination, [tokens.., out].",
      "::mlir::OpOperand &", "getInitMutable">,
    InterfaceMethod<"The epilogue; an empty region stores the accumulator.",
      "::mlir::Region &", "getEpilogue">,
    InterfaceMethod<"The chosen kernel, or null.",
      "::mlir::Attribute", "getKernelAttr">,
    InterfaceMethod<"The records of the choice, or null.",
      "::mlir::ArrayAttr", "getDecisionsAttr">,
    InterfaceMethod<"Shape [out, in] of the weight.",
      "::llvm::SmallVector<int64_t>", "getWeightShape">,
    InterfaceMethod<"Element type of the weight.",
      "::mlir::Type", "getWeightElementType">,
  ];
  let extraSharedClassDeclaration = [{
    ::mlir::Value getInput() { return $_op.getInputMutable().get(); }
    ::mlir::Value getWeight() { return $_op.getWeightMutable().get(); }
    ::mlir::Value getInit() { return $_op.getInitMutable().get(); }
    /// Type in which products are summed: the type of the epilogue's first
    /// argument, or by default f32 for floats up to 32 bits, f64 for f64, i32
    /// for integers.
    ::mlir::Type getAccumulatorType() {
      return ::sparseopt::detail::getAccumulatorType($_op);
    }
  }];
}

#endif // SPARSEOPT_INTERFACES_LINEAROPINTERFACE_TD
