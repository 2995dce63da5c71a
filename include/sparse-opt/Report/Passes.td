//===- Passes.td - Report passes ---------------------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Passes that write down what was decided.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_REPORT_PASSES_TD
#define SPARSEOPT_REPORT_PASSES_TD

include "mlir/Pass/PassBase.td"

def WriteReportPass : Pass<"sparsity-write-report", "::mlir::ModuleOp"> {
  let summary = "Write the decision records as JSON or as a page";
  let description = [{
    Writes one entry per linear layer that `sparsity-select-kernels` decided on:
    weight, patterns, density, sizes, and per token count the kernel, the
    predicted times and the reason. Where the module holds the records of a pruning
    run (`sparsity-prune` with `record`) or of a budget, they come along: per weight
    pattern, method, density, output error, kept norm and predicted time, and the
    Pareto front. A `file` that ends in `.html` becomes a page of its own, with
    tables and plots, that loads nothing; anything else is JSON. Changes nothing in
    the module.

    ```
    {"layers": [{"weight": "up", "pattern": "2:4", "density": 0.5, "out": 1536,
      "in": 384, "choices": [{"tokens": 128, "kernel": "cpu.mask_tile", ... } ] } ] }
    ```
  }];
  let options = [
    Option<"file", "file", "std::string", "\"-\"",
           "File to write, '-' for standard output">
  ];
}

#endif // SPARSEOPT_REPORT_PASSES_TD
