//===- Passes.td - Passes of the pack phase ----------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights into the layouts that kernels read.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PACK_PASSES_TD
#define SPARSEOPT_TRANSFORMS_PACK_PASSES_TD

include "mlir/Pass/PassBase.td"

def PackWeightsPass : Pass<"sparsity-pack-weights", "::mlir::ModuleOp"> {
  let summary = "Pack weights at compile time";
  let description = [{
    Turns each `sparsity.linear` that has a kernel and a `sparsity.weight` into a
    `packed.linear` on a `packed.constant`, whose bytes are in the layout that
    the kernel reads. A weight that several layers read in one layout is packed
    once. Weights that nothing uses any more disappear, and their memory is
    given back. Packing runs in parallel over weights.

    Kernel parameters that were left out by hand are completed.

    Before:
    ```
    %w = sparsity.weight "up" dense_resource<k> pattern [#sparsity.nm<2:4, dim = 1>] : tensor<1536x384xf32>
    %y = sparsity.linear ins(%x, %w : ...) outs(%i : ...) kernel = #sparsity.kernel<"cpu.mask_tile", {kb = 128 : i64}> -> tensor<128x1536xf32>
    ```
    After:
    ```
    %p = packed.constant "up" dense_resource<up.mask_tile> : tensor<1792000xi8> -> !packed.weight<1536x384xf32, "mask_tile", {kb = 128 : i64}>
    %y = packed.linear ins(%x, %p : ...) outs(%i : ...) kernel = #sparsity.kernel<"cpu.mask_tile", {kb = 128 : i64}> -> tensor<128x1536xf32>
    ```
  }];
  let options = [
    Option<"targetCPU", "target-cpu", "std::string", "\"host\"",
           "CPU that the kernels were chosen for">,
    Option<"machineFile", "machine", "std::string", "\"\"",
           "Machine description to read instead (YAML)">
  ];
  let dependentDialects = ["::sparseopt::packed::PackedDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_PACK_PASSES_TD
