//===- Passes.td - Passes of the propagate phase -----------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Facts about zeros through the whole graph, and the removal of what they make
// superfluous.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_PROPAGATE_PASSES_TD

include "mlir/Pass/PassBase.td"

def PrintFactsPass : Pass<"sparsity-print-facts", "::mlir::ModuleOp"> {
  let summary = "Print what is known about each value";
  let description = [{
    Prints the facts about every tensor of every function, and which of its slices
    nobody reads, for tests and people. Changes nothing.

    `text` prints a line per value; `dot` and `html` draw the functions as graphs
    with the facts on their edges.

    ```mlir
    func.func @scale(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
      %w = arith.constant dense<[1.0, 0.0, 2.0]> : tensor<3xf32>
      %e = tensor.empty() : tensor<4x3xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                           iterator_types = ["parallel", "parallel"]}
             ins(%x, %w : tensor<4x3xf32>, tensor<3xf32>) outs(%e : tensor<4x3xf32>) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %p = arith.mulf %a, %b fastmath<nnan, ninf> : f32
        linalg.yield %p : f32
      } -> tensor<4x3xf32>
      return %y : tensor<4x3xf32>
    }
    ```
    prints among others
    ```
    %1 : tensor<4x3xf32>: zero along dim 1 at 1
    ```
  }];
  let options = [
    Option<"assumeFinite", "assume-finite", "bool", /*default=*/"false",
      "Values that are not known are neither infinite nor NaN, so that 0 * x is 0">,
    Option<"format", "format", "std::string", /*default=*/"\"text\"",
      "text, dot or html">,
    Option<"file", "file", "std::string", /*default=*/"",
      "Where to write; standard output if empty">,
  ];
}

def PropagatePass : Pass<"sparsity-propagate", "::mlir::ModuleOp"> {
  let summary = "Zero what no result depends on";
  let description = [{
    Computes the facts about all values, and sets those slices of weights to zero
    that no result depends on, because nobody reads them or because another factor
    is zero: `sparsity-prune` takes zeros before anything else, so that they count at
    no loss, and patterns see them. Shapes do not change; `sparsity-shrink` removes
    slices. Facts are computed again whenever they are needed, and never kept as
    attributes.

    Remarks of the category `sparsity` say which weights changed, and where zeros of
    activations stop and why.

    ```mlir
    func.func @scaled(%x: tensor<?x3xf32>, %e: tensor<?x3xf32>, %i: tensor<?x1xf32>) -> tensor<?x1xf32> {
      %s = arith.constant dense<[1.0, 0.0, 2.0]> : tensor<3xf32>
      %w = sparsity.weight "w" dense<[[4.0, 5.0, 6.0]]> : tensor<1x3xf32>
      %h = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                           iterator_types = ["parallel", "parallel"]}
             ins(%x, %s : tensor<?x3xf32>, tensor<3xf32>) outs(%e : tensor<?x3xf32>) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %p = arith.mulf %a, %b fastmath<nnan, ninf> : f32
        linalg.yield %p : f32
      } -> tensor<?x3xf32>
      %y = sparsity.linear ins(%h, %w : tensor<?x3xf32>, tensor<1x3xf32>) outs(%i : tensor<?x1xf32>) -> tensor<?x1xf32>
      return %y : tensor<?x1xf32>
    }
    ```
    makes the weight
    ```mlir
    %w = sparsity.weight "w" dense<[[4.0, 0.0, 6.0]]> : tensor<1x3xf32>
    ```
  }];
  let options = [
    Option<"assumeFinite", "assume-finite", "bool", /*default=*/"false",
      "Values that are not known are neither infinite nor NaN, so that 0 * x is 0">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

def ShrinkPass : Pass<"sparsity-shrink", "::mlir::ModuleOp"> {
  let summary = "Remove the slices that add nothing to any result";
  let description = [{
    Removes dead neurons, channels and heads, with the matching slices of their
    producers and consumers: an index of a summed dim goes if the facts say that it
    adds nothing, an index of another dim if nobody needs that slice. Weights and
    constants get smaller, and the sizes of everything between them. Inputs of a
    linear layer that are constant but not zero are added to its accumulator. Runs
    until nothing changes. The results stay the same up to rounding and the sign of
    zeros; signatures of functions do not change, and a module in which nothing
    can go comes out as it went in.

    Along the dim of an N:M pattern that a weight carries, slices go where the rest
    still has the pattern, by a scan; otherwise whole groups go, and the other zeros
    stay.

    Remarks of the category `sparsity` say how many slices each weight lost, and why
    zero slices stay. Run after `sparsity-normalize`.

    ```mlir
    func.func @ffn(%x: tensor<?x2xf32>, %hidden: tensor<?x3xf32>, %out: tensor<?x2xf32>) -> tensor<?x2xf32> {
      %up = sparsity.weight "up" dense<[[1.0, 2.0], [0.0, 0.0], [3.0, 4.0]]> : tensor<3x2xf32>
      %down = sparsity.weight "down" dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
      %h = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<3x2xf32>) outs(%hidden : tensor<?x3xf32>) -> tensor<?x3xf32>
      %y = sparsity.linear ins(%h, %down : tensor<?x3xf32>, tensor<2x3xf32>) outs(%out : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
    keeps its 3 neurons, because the argument `%hidden` has 3 columns; with a
    `tensor.empty` in its place and `assume-finite` the two weights become
    ```mlir
    %up = sparsity.weight "up" dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
    %down = sparsity.weight "down" dense<[[1.0, 3.0], [4.0, 6.0]]> : tensor<2x2xf32>
    ```
  }];
  let options = [
    Option<"assumeFinite", "assume-finite", "bool", /*default=*/"false",
      "Values that are not known are neither infinite nor NaN, so that 0 * x is 0">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect",
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
}

def LowerAssumptionsPass : Pass<"sparsity-lower-assumptions", "::mlir::ModuleOp"> {
  let summary = "Remove claims about values, or test them when the program runs";
  let description = [{
    Replaces every `sparsity.assume` by its operand. With `check`, the program
    counts the nonzeros of each group first, and an assertion fails with the pattern
    in its message where there are too many. A NaN counts as a nonzero.

    ```mlir
    func.func @claim(%v: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<4x8xf32>
      return %c : tensor<4x8xf32>
    }
    ```
    becomes
    ```mlir
    func.func @claim(%v: tensor<4x8xf32>) -> tensor<4x8xf32> {
      return %v : tensor<4x8xf32>
    }
    ```
  }];
  let options = [
    Option<"check", "check", "bool", /*default=*/"false",
      "Test each claim when the program runs">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_PASSES_TD
