//===- Passes.td - Passes of the choose phase --------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which pattern each layer gets: what each one would cost in accuracy, and the
// best assignment within a budget.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_CHOOSE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_CHOOSE_PASSES_TD

include "mlir/Pass/PassBase.td"

/// Options of both passes: what is tried, and on which machine it would run.
class Choose_Options<list<Option> own> {
  list<Option> options = !listconcat(own, [
    Option<"statistics", "stats", "std::string", /*default=*/"",
      "Statistics of the layers' inputs with Gram matrices (safetensors)">,
    ListOption<"candidates", "candidates", "std::string",
      "What to try: dense, N:M, unstructured:S, block<AxB>:S or slice:S with a "
      "sparsity S; default: dense, 6:8, 4:8, 2:4, 1:4, unstructured:0.5 to "
      "unstructured:0.9, block<4x1>:0.5 and block<16x16>:0.5">,
    Option<"method", "method", "std::string", /*default=*/"\"magnitude\"",
      "How the candidates are pruned, as in sparsity-prune">,
    Option<"scope", "scope", "std::string", /*default=*/"",
      "What competes within a layer: row or layer (default)">,
    ListOption<"targets", "targets", "std::string",
      "Regular expressions on whole weight names; empty means all weights">,
    ListOption<"ignore", "ignore", "std::string",
      "Regular expressions on whole names of weights to leave alone">,
    Option<"tokens", "tokens", "int64_t", /*default=*/"128",
      "Number of tokens for which layers of dynamic token count are judged">,
    Option<"targetCPU", "target-cpu", "std::string", "\"host\"",
      "CPU to predict times for: host, an LLVM CPU name or an x86-64 level">,
    Option<"machineFile", "machine", "std::string", "\"\"",
      "Machine description to read instead (YAML)">,
    Option<"threads", "threads", "int64_t", "1",
      "Number of threads that the layers will run on">,
    Option<"family", "family", "std::string", "\"\"",
      "Use this kernel family wherever it can serve a layer">
  ]);
}

def SensitivityPass : Pass<"sparsity-sensitivity", "::mlir::ModuleOp"> {
  let summary = "Measure what each pattern would do to each layer's output";
  let description = [{
    Prunes a copy of the weight of each `sparsity.linear` by every candidate and
    writes, as JSON, the relative error of the layer's output on the calibration
    data, `||(W - W') X||^2 / ||W X||^2`, computed in f64 from the Gram matrix
    `X X^T` of the statistics; beside it the density, the kept norm, the bytes of
    the packed weight, and the kernel with the time that the cost model predicts,
    chosen as `sparsity-select-kernels` does for the layer's tokens. Changes nothing
    in the module.

    A weight without statistics, or without a Gram matrix in them, is an error at
    the weight. A candidate that a layer cannot have gets its reason in the row.
    One layer is worked on at a time, by all threads; the numbers do not depend on
    how many there are.

    ```
    {"method": "magnitude", "layers": [{"weight": "up", "out": 1536, "in": 384, "tokens": 128,
      "candidates": [{"candidate": "2:4", "error": 0.053, "density": 0.5, "retained_norm": 0.93,
        "bytes": 1622016, "predicted_ns": 710000, "kernel": "cpu.mask_tile"} ] } ] }
    ```
  }];
  let options = Choose_Options<[
    Option<"file", "file", "std::string", "\"-\"",
      "File to write, '-' for standard output">
  ]>.options;
  // The packed dialect carries the registry of kernel families.
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect",
                           "::sparseopt::packed::PackedDialect"];
}

def ChoosePatternsPass : Pass<"sparsity-choose-patterns", "::mlir::ModuleOp"> {
  let summary = "Give each layer a pattern so that a budget is kept";
  let description = [{
    Measures the candidates as `sparsity-sensitivity` does, or reads what that pass
    wrote, and adds a `sparsity.prune` to each weight that is not to stay as it is.

    The budget is one of
    - `speed-up:1.5` (or `1.5x`): the predicted times of all linear layers add up to
      at most 1/1.5 of what they are without pruning; the mean error is least;
    - `bytes:12MiB` (or `MB`, `KiB`, a plain number, `60%` of what it is without
      pruning): the packed weights take at most this; the mean error is least;
    - `error:0.01`: the mean of the relative output errors of the layers is at most
      this; the predicted time is least.

    The model is additive: times, bytes and errors of the layers are summed. Within
    it the assignment is optimal, a multiple-choice knapsack solved exactly by
    dynamic programming with bounds; times count in nanoseconds. Should a problem
    need too much memory for that, the report says how far from the best its answer
    can be. A budget out of reach is an error that says what can be reached.

    Layers that are not targets, or have a request already, count as they are.
    `print-table` prints the Pareto front: for a range of times the least error,
    each of its points the best one within its time. The front and the choice are
    kept on the module, as `sparsity.budget`, for the report.

    ```mlir
    func.func @layer(%x: tensor<?x4xf32>, %init: tensor<?x1xf32>) -> tensor<?x1xf32> {
      %w = sparsity.weight "up" dense<[[1.0, 3.0, -2.0, 0.5]]> : tensor<1x4xf32>
      %y = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<1x4xf32>) outs(%init : tensor<?x1xf32>) -> tensor<?x1xf32>
      return %y : tensor<?x1xf32>
    }
    ```
    becomes, say,
    ```mlir
    func.func @layer(%x: tensor<?x4xf32>, %init: tensor<?x1xf32>) -> tensor<?x1xf32> {
      %w = sparsity.weight "up" dense<[[1.0, 3.0, -2.0, 0.5]]> : tensor<1x4xf32>
      %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
      %y = sparsity.linear ins(%x, %p : tensor<?x4xf32>, tensor<1x4xf32>) outs(%init : tensor<?x1xf32>) -> tensor<?x1xf32>
      return %y : tensor<?x1xf32>
    }
    ```
  }];
  let options = Choose_Options<[
    Option<"budget", "budget", "std::string", /*default=*/"",
      "What to keep to: speed-up:1.5, bytes:12MiB, bytes:60% or error:0.01">,
    Option<"sensitivity", "sensitivity", "std::string", /*default=*/"",
      "File that sparsity-sensitivity wrote, instead of stats">,
    Option<"printTable", "print-table", "bool", "false",
      "Print the Pareto front and the choice of each layer to standard error">
  ]>.options;
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect",
                           "::sparseopt::packed::PackedDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_CHOOSE_PASSES_TD
