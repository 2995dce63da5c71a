//===- Passes.td - Passes of the calibrate phase -----------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Statistics of the inputs of linear layers: where to look, and how the values
// leave the program.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_CALIBRATE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_CALIBRATE_PASSES_TD

include "mlir/Pass/PassBase.td"

def InstrumentPass : Pass<"sparsity-instrument", "::mlir::ModuleOp"> {
  let summary = "Observe the inputs of linear layers";
  let description = [{
    Adds a `sparsity.observe` for the input of each `sparsity.linear` whose weight
    is calibrated. Weights that read the same activations, as query, key and
    value do, share one observer.

    Which weights: those that `targets` matches and `ignore` does not. Without
    `targets`, those that a prune request with a method that needs statistics is
    on, or, in a module without requests, all weights of linears. A target that
    matches no weight is an error, an ignore without a match a warning. A weight
    that is wanted but has uses that cannot be observed, as a convolution, is an
    error when a target or a request asks for it, and gets a missed remark
    otherwise.

    The prune requests themselves are removed: what runs is the model as it is.

    ```mlir
    func.func @layer(%x: tensor<?x4xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
      %w = sparsity.weight "up" dense<1.0> : tensor<2x4xf32>
      %y = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
    becomes
    ```mlir
    func.func @layer(%x: tensor<?x4xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
      %w = sparsity.weight "up" dense<1.0> : tensor<2x4xf32>
      sparsity.observe "up" %x : tensor<?x4xf32>
      %y = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
  }];
  let options = [
    ListOption<"targets", "targets", "std::string",
      "Regular expressions on whole weight names">,
    ListOption<"ignore", "ignore", "std::string",
      "Regular expressions on whole names of weights to leave alone">,
    Option<"gram", "gram", "bool", /*default=*/"false",
      "Ask for the Gram matrix of every observed activation">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

def LowerObserversPass : Pass<"sparsity-lower-observers", "::mlir::ModuleOp"> {
  let summary = "Turn observations of buffers into calls of the run-time support";
  let description = [{
    Each `sparsity.observe` of a buffer becomes a call of `sparseopt_rt_observe`
    with its number in the order of the program, a pointer to the rows, their
    count and their length. A buffer whose rows do not follow one another is
    copied first.

    ```mlir
    func.func @layer(%x: memref<4x8xf32>) {
      sparsity.observe "up" %x : memref<4x8xf32>
      return
    }
    ```
    becomes a call of
    ```mlir
    func.func private @sparseopt_rt_observe(i64, !llvm.ptr, i64, i64)
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"
  ];
}

#endif // SPARSEOPT_TRANSFORMS_CALIBRATE_PASSES_TD
