//===- SparsityInterfaces.td - Attribute interfaces --------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a zero pattern and a pruning method have to answer, whatever their
// kind.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYINTERFACES_TD
#define SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYINTERFACES_TD

include "mlir/IR/OpBase.td"

def PatternAttrInterface : AttrInterface<"PatternAttrInterface"> {
  let cppNamespace = "::sparseopt::sparsity";
  let description = [{
    A structure that the zeros of a tensor have. Checking data and choosing
    masks is done by the IR-free code in `sparse-opt/Pruning`.
  }];
  let methods = [
    InterfaceMethod<[{
      Whether the pattern can be asked of a tensor of this shape. Reports to
      `emitError` what does not fit; dynamic sizes always fit.
    }], "::llvm::LogicalResult", "verifyShape",
      (ins "::llvm::ArrayRef<int64_t>":$shape,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<[{
      The pattern with dims that were left to the use filled in:
      `contractionDim` is the dim of the stored shape that the use contracts.
    }], "::sparseopt::sparsity::PatternAttrInterface", "withDefaultDim",
      (ins "int64_t":$contractionDim)>,
    InterfaceMethod<[{
      The spelling of options, recipes and reports: `2:4`, `block<4x1>`, `slice`,
      `unstructured`.
    }], "std::string", "getSpelling", (ins)>,
    InterfaceMethod<[{
      Whether the pattern itself fixes how many values survive, so that a
      `sparsity` fraction beside it is a contradiction.
    }], "bool", "fixesSparsity", (ins)>,
  ];
}

def MethodAttrInterface : AttrInterface<"MethodAttrInterface"> {
  let cppNamespace = "::sparseopt::sparsity";
  let description = [{
    A way to choose which values of a weight become zero.
  }];
  let methods = [
    InterfaceMethod<"The name that recipes and reports use.",
      "::llvm::StringRef", "getMethodName", (ins)>,
    InterfaceMethod<[{
      Whether the method is defined for this pattern and this fraction of zeros
      (absent when the request has none). Reports to `emitError`.
    }], "::llvm::LogicalResult", "verifyRequest",
      (ins "::sparseopt::sparsity::PatternAttrInterface":$pattern,
           "::mlir::FloatAttr":$sparsity,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<[{
      Whether the method reads statistics of the layer's inputs: token count,
      sums, sums of squares, variances.
    }], "bool", "needsStatistics", (ins), /*methodBody=*/"",
      /*defaultImplementation=*/"return false;">,
    InterfaceMethod<[{
      Whether the method reads the Gram matrix of the layer's inputs too. Implies
      `needsStatistics`.
    }], "bool", "needsGram", (ins), /*methodBody=*/"",
      /*defaultImplementation=*/"return false;">,
  ];
}

#endif // SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYINTERFACES_TD
