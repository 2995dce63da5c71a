//===- Passes.td - Passes of the prune phase ---------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Execution of prune requests and the check of what weights claim.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PRUNE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_PRUNE_PASSES_TD

include "mlir/Pass/PassBase.td"

def PrunePass : Pass<"sparsity-prune", "::mlir::ModuleOp"> {
  let summary = "Execute the prune requests on weights";
  let description = [{
    Replaces every `sparsity.prune` of a `sparsity.weight` by a new
    `sparsity.weight` of the same name, whose values have the requested pattern,
    which the new op carries as proven.

    Existing zeros (of either sign) are pruned before any other value; among
    equal scores the value at the lower position is pruned first. N:M keeps
    exactly N values of each full group; a `sparsity` of s zeroes floor(s * n) of
    the n values, blocks or slices that compete in a scope. A threshold zeroes
    the magnitudes that do not exceed it. A weight with a NaN or an infinity is
    an error. The result does not depend on the number of threads.

    With `pattern`, a request is first added to every weight of a contraction
    that `targets` matches and `ignore` does not, unless it has a request. That
    includes constants and immutable globals that `sparsity-normalize` has not
    seen yet: they become a `sparsity.weight`, named after their resource, their
    symbol or their location. A target that matches nothing is an error, an
    ignore without a match a warning.

    The resource blob of a replaced weight is freed when nothing else in the
    module uses it, so that clones of the module from before the pass lose it.

    The methods `wanda`, `ria`, `dsnot`, `sparsegpt`, `admm` and `alps` read
    statistics of the layer's inputs from the file `stats`, by the weight's name.
    Statistics that are missing or do not fit are an error, and so is a Gram matrix
    that cannot be factored. `sparsegpt`, `admm` and `alps` give kept values new
    values, computed in single precision; they load OpenBLAS when they run.

    Remarks of the category `sparsity` give the fraction of zeros and the kept
    norm of each weight, and the reason where a weight was left alone.

    ```mlir
    %w = sparsity.weight "up" dense<[[1.0, 3.0, -2.0, 0.5]]> : tensor<1x4xf32>
    %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
    ```
    becomes
    ```mlir
    %p = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[0.0, 3.0, -2.0, 0.0]]> : tensor<1x4xf32>
    ```
  }];
  let options = [
    Option<"pattern", "pattern", "std::string", /*default=*/"",
      "Pattern to add to the matching weights: N:M (at most N nonzeros in each "
      "M), block<4x1>, slice or unstructured; empty executes the requests that "
      "are there">,
    Option<"method", "method", "std::string", /*default=*/"\"magnitude\"",
      "magnitude, threshold, wanda, ria, dsnot, sparsegpt, admm or alps">,
    Option<"stats", "stats", "std::string", /*default=*/"",
      "File of statistics (safetensors) for the methods that read them">,
    Option<"sparsity", "sparsity", "double", /*default=*/"-1.0",
      "Fraction of zeros in [0, 1), for the method magnitude with a pattern "
      "other than N:M">,
    Option<"scope", "scope", "std::string", /*default=*/"",
      "What competes: row (default of wanda and ria), layer (default of the "
      "others) or global">,
    Option<"norm", "norm", "std::string", /*default=*/"",
      "Score of a block or slice: l1 or l2 (default)">,
    Option<"absolute", "absolute", "double", /*default=*/"-1.0",
      "Threshold as a magnitude">,
    Option<"quantile", "quantile", "double", /*default=*/"-1.0",
      "Threshold as a quantile of the weight's magnitudes, in [0, 1)">,
    Option<"stddev", "stddev", "double", /*default=*/"-1.0",
      "Threshold in standard deviations of the weight's values">,
    Option<"power", "power", "double", /*default=*/"-1.0",
      "ria: power of the input's norm (0.5)">,
    Option<"damping", "damping", "double", /*default=*/"-1.0",
      "sparsegpt, admm, alps: what is added to the Gram matrix's diagonal (0.01, "
      "admm 0.1)">,
    Option<"blockSize", "block-size", "int64_t", /*default=*/"-1",
      "sparsegpt: columns that compete (128)">,
    Option<"iterations", "iterations", "int64_t", /*default=*/"-1",
      "dsnot (50), admm (20), alps (100): most iterations">,
    Option<"gradual", "gradual", "int64_t", /*default=*/"-1",
      "admm: iterations over which the zeros grow (8)">,
    Option<"refit", "refit", "int64_t", /*default=*/"-1",
      "Steps of conjugate gradients that fit the kept values (0)">,
    Option<"dim", "dim", "int64_t", /*default=*/"-1",
      "Dim of N:M and slice patterns in the stored shape; default is the dim "
      "that the weight's uses contract">,
    ListOption<"targets", "targets", "std::string",
      "Regular expressions on whole weight names; empty means all weights">,
    ListOption<"ignore", "ignore", "std::string",
      "Regular expressions on whole names of weights to leave alone">,
    Option<"record", "record", "bool", /*default=*/"false",
      "Keep pattern, method, density, kept norm and, with stats, output error of "
      "each weight on the module, as sparsity.pruning, for the report">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

def VerifyPatternsPass : Pass<"sparsity-verify-patterns", "::mlir::ModuleOp"> {
  let summary = "Check the patterns that weights carry against their values";
  let description = [{
    Checks every pattern of every `sparsity.weight` exactly, value by value. A
    violation is an error that names the weight, its row and group, the group's
    values, and how many groups have how many nonzeros. Changes nothing. NaN and
    infinity count as nonzero. With `pattern`, each weight of a contraction has
    to have that pattern too, whether it claims it or not.

    Block, slice and unstructured patterns say where zeros may be, not how many
    there are, so no value violates them.

    ```mlir
    // error: 'sparsity.weight' op "up" violates #sparsity.nm<2:4, dim = 1> in 1 of 1 groups
    // note: row 0, group 0, at [0, 0]: 1, 3, -2, 0
    // note: groups by nonzeros: 1 with 3
    ```
  }];
  let options = [
    Option<"pattern", "pattern", "std::string", /*default=*/"",
      "N:M pattern that every weight of a contraction has to have, along the "
      "dim that its uses contract">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_PRUNE_PASSES_TD
