//===- Passes.td - Passes of the permute phase -------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reordering of channels, so that patterns lose less.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PERMUTE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_PERMUTE_PASSES_TD

include "mlir/Pass/PassBase.td"

def PermuteChannelsPass : Pass<"sparsity-permute-channels", "::mlir::ModuleOp"> {
  let summary = "Reorder channels so that an N:M pattern keeps more";
  let description = [{
    Which weights share a group of N:M is an accident of the order of the channels.
    For each `sparsity.linear` this pass looks for a better order of its input
    channels and reorders the columns of its weight together with everything that
    computes them: rows of the weights before it, biases, normalisation scales, and
    the other layers that read the same channels. Only the values of constants
    change; the program computes the same, up to the order of sums.

    What moves together is found by following the channel dim through the program.
    Layers, elementwise ops, reductions, batched matmuls and all other structured
    ops let it through, as they treat all channels alike; gate and up layers of a
    gated unit move together. A reshape into heads restricts channels to move within
    heads, the same way in all that belongs to a head. An op that shows the order to
    the outside (a `return`, an argument, a look-up by channel, a slice of channels)
    fixes it; a missed remark names the op, and the report of the pass has a row.

    The order is chosen by dealing the channels to the groups by falling importance
    and then exchanging channels between groups (linear sum assignment) while the sum
    of the scores that the pattern keeps grows. The score of a weight is its magnitude, times the norm of
    its input if `stats` is given. An order that keeps no more than the present one
    is not used.

    Statistics of reordered channels no longer fit the file that they came from:
    with `stats`, `stats-out` is required, and gets the statistics in the new order.

    ```mlir
    func.func @mlp(%x: tensor<8x1xf32>, %h: tensor<8x4xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
      %u = sparsity.weight "up" dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
      %d = sparsity.weight "down" dense<[[9.0, 8.0, 0.25, 0.5]]> : tensor<1x4xf32>
      %0 = sparsity.linear ins(%x, %u : tensor<8x1xf32>, tensor<4x1xf32>) outs(%h : tensor<8x4xf32>) -> tensor<8x4xf32>
      %1 = sparsity.linear ins(%0, %d : tensor<8x4xf32>, tensor<1x4xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
      return %1 : tensor<8x1xf32>
    }
    ```
    becomes, for 1:2,
    ```mlir
    func.func @mlp(%x: tensor<8x1xf32>, %h: tensor<8x4xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
      %u = sparsity.weight "up" dense<[[1.0], [3.0], [2.0], [4.0]]> : tensor<4x1xf32>
      %d = sparsity.weight "down" dense<[[9.0, 0.25, 8.0, 0.5]]> : tensor<1x4xf32>
      %0 = sparsity.linear ins(%x, %u : tensor<8x1xf32>, tensor<4x1xf32>) outs(%h : tensor<8x4xf32>) -> tensor<8x4xf32>
      %1 = sparsity.linear ins(%0, %d : tensor<8x4xf32>, tensor<1x4xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
      return %1 : tensor<8x1xf32>
    }
    ```
  }];
  let options = [
    Option<"pattern", "pattern", "std::string", /*default=*/"\"2:4\"",
      "N:M pattern for weights without a prune request">,
    Option<"stats", "stats", "std::string", /*default=*/"",
      "Statistics of the layers' inputs (safetensors)">,
    Option<"statsOut", "stats-out", "std::string", /*default=*/"",
      "File for the statistics in the new order">,
    Option<"seed", "seed", "int64_t", /*default=*/"-1",
      "Use random orders from this seed, whatever they keep">,
    ListOption<"targets", "targets", "std::string",
      "Regular expressions on whole names of weights whose input channels are "
      "reordered; empty means all">,
    ListOption<"ignore", "ignore", "std::string",
      "Regular expressions on whole names of weights to leave alone">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_PERMUTE_PASSES_TD
