//===- Passes.td - Passes of the select phase --------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which kernel serves which layer.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_SELECT_PASSES_TD
#define SPARSEOPT_TRANSFORMS_SELECT_PASSES_TD

include "mlir/Pass/PassBase.td"

def SelectKernelsPass : Pass<"sparsity-select-kernels", "::mlir::ModuleOp"> {
  let summary = "Choose a kernel for each linear layer";
  let description = [{
    Asks every registered kernel family what it would take to run each
    `sparsity.linear` on the target machine, and attaches the fastest choice as
    `kernel`, with the record of the decision as `decisions`. A sparse kernel is
    chosen only where the cost model predicts that it beats the dense one by
    at least 5 %, the error of the model.

    On a device (`target-cpu=sm_90a`) only its own kernels are compared, all of
    them sparse: the fastest one is chosen, and the record compares it with a
    prediction for cuBLAS's dense product.

    A layer with a static token count gets one kernel. For a dynamic count the
    choice is made at 1, 8, 16, 32, 64, 128 and 256 tokens, on a device also at
    512, 1024 and 4096, among the kernels that share one weight layout, and
    becomes a `#sparsity.by_tokens`.

    A kernel that the user wrote by hand is kept if its family can serve the
    layer; if not, that is an error with the family's reason. Layers that no
    family serves stay without a kernel, with a missed remark, and go back to
    linalg.

    Before:
    ```
    %w = sparsity.weight "up" dense_resource<k> pattern [#sparsity.nm<2:4, dim = 1>] : tensor<1536x384xf32>
    %y = sparsity.linear ins(%x, %w : ...) outs(%i : ...) -> tensor<128x1536xf32>
    ```
    After:
    ```
    %y = sparsity.linear ins(%x, %w : ...) outs(%i : ...)
      kernel = #sparsity.kernel<"cpu.mask_tile", {kb = 128 : i64}>
      decisions = [#sparsity.decision<weight = "up", pattern = "none", density = 1.0 : f64, tokens = 128, kernel = "cpu.mask_tile", predicted_ns = 710000, dense_ns = 1350000, reason = "...">]
      -> tensor<128x1536xf32>
    ```
  }];
  let options = [
    Option<"targetCPU", "target-cpu", "std::string", "\"host\"",
           "Target to choose for: host, an LLVM CPU name, an x86-64 level or the "
           "device sm_90a">,
    Option<"machineFile", "machine", "std::string", "\"\"",
           "Machine description to read instead (YAML)">,
    Option<"threads", "threads", "int64_t", "1",
           "Number of threads that the layers will run on">,
    Option<"family", "family", "std::string", "\"\"",
           "Use this kernel family wherever it can serve a layer">,
    Option<"strict", "strict", "bool", "false",
           "Fail where a pruned layer would run dense">
  ];
  // The packed dialect carries the registry of kernel families.
  let dependentDialects = ["::sparseopt::packed::PackedDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_SELECT_PASSES_TD
