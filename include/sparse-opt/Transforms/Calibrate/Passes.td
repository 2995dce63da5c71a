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

def OutlineBlocksPass : Pass<"sparsity-outline-blocks", "::mlir::ModuleOp"> {
  let summary = "Make each block of a network a function";
  let description = [{
    Cuts the public function that holds the linears into stages that run one after
    another: what comes before the first block, each block, and what comes after
    the last. `blocks` is a regular expression that matches the beginning of the
    weight names of a block; its first group, or the whole match, names the block:
    `encoder\.layer\.([0-9]+)\.` makes one block of each encoder layer.

    Between two blocks the cut is where the fewest bytes cross. Constants, weights
    and their prune requests do not cross: each stage has its own. The function
    itself becomes a sequence of calls, so that its meaning stays.

    Refused are an expression that matches no weight of a linear, blocks whose
    layers interleave, a prune request on a weight of two stages, and
    values that are no tensors of static shape crossing a cut.

    ```mlir
    func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
      %w0 = sparsity.weight "layer.0.w" dense<1.0> : tensor<4x4xf32>
      %w1 = sparsity.weight "layer.1.w" dense<1.0> : tensor<4x4xf32>
      %init = tensor.empty() : tensor<2x4xf32>
      %0 = sparsity.linear ins(%x, %w0 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
      %1 = sparsity.linear ins(%0, %w1 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
      return %1 : tensor<2x4xf32>
    }
    ```
    with `blocks=layer\.([0-9]+)\.` becomes calls of `@main_block_0` and
    `@main_block_1`, and of `@main_after` for what is left.
  }];
  let options = [
    Option<"blocks", "blocks", "std::string", /*default=*/"",
      "Regular expression on the beginning of weight names; its first group "
      "names the block">,
    Option<"stage", "stage", "std::string", /*default=*/"",
      "Keep only this stage, as a public function: before, after, or the name "
      "of a block">,
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def TakeWeightsPass : Pass<"sparsity-take-weights", "::mlir::ModuleOp"> {
  let summary = "Take over weights that were pruned elsewhere";
  let description = [{
    Gives each `sparsity.weight` the values and the proven patterns of the weight
    of the same name in the modules `from`, and removes the prune requests on it:
    the last step after the blocks of a network were pruned one after another. A
    weight of those modules that this one does not have, or has with another
    type, is an error. What `from` does not mention stays as it is.

    ```mlir
    %w = sparsity.weight "up" dense<[[1.0, 3.0, -2.0, 0.5]]> : tensor<1x4xf32>
    ```
    becomes, with a module of the pruned weight,
    ```mlir
    %w = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[0.0, 3.0, -2.0, 0.0]]> : tensor<1x4xf32>
    ```
  }];
  let options = [
    ListOption<"from", "from", "std::string", "Module files, text or bytecode">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_CALIBRATE_PASSES_TD
