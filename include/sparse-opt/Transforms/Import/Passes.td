//===- Passes.td - Passes of the import phase --------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a linalg module as a front end writes it to named weights and linear
// layers.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_IMPORT_PASSES_TD
#define SPARSEOPT_TRANSFORMS_IMPORT_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormalizePass : Pass<"sparsity-normalize", "::mlir::ModuleOp"> {
  let summary = "Name the weights and turn contractions with them into linears";
  let description = [{
    Every contraction of an activation with a weight becomes one
    `sparsity.linear` on a named `sparsity.weight` of shape [out, in], with the
    elementwise ops that follow as its epilogue.

    A weight is an `arith.constant`, an immutable `ml_program.global`, a
    `sparsity.weight` (pruned or not) or a function argument marked
    `{sparsity.weight = "name"}`. Its name is its resource key; an inline
    constant is named after its location, or `weight_N`. A weight that is stored
    in another order than [out, in] is transposed here, once; its old resource
    blob is freed, so that clones of the module from before the pass lose it.

    A contraction is recognised by what it computes: plain, transposed and
    batched matmuls, matrix-vector products, `linalg.contract`,
    `linalg.generic` and convolutions with 1x1 kernels, with the weight behind
    transposes, broadcasts and unit dims. Activations are never transposed: a
    product `W * X` with the tokens last, such as a 1x1 convolution in NCHW
    layout, stays in linalg unless there is a single token. Weights of other
    convolutions and of batched contractions are named, and stay in linalg.

    Remarks of the category `sparsity` tell what each layer became, or why a
    contraction with a weight stays in linalg.

    ```mlir
    func.func @layer(%x: tensor<?x8xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %w = arith.constant dense<1.0> : tensor<8x4xf32> loc("up")
      %c0 = arith.constant 0.0 : f32
      %zero = linalg.fill ins(%c0 : f32) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
      %y = linalg.matmul ins(%x, %w : tensor<?x8xf32>, tensor<8x4xf32>) outs(%zero : tensor<?x4xf32>) -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
    becomes
    ```mlir
    func.func @layer(%x: tensor<?x8xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %w = sparsity.weight "up" dense<1.0> : tensor<4x8xf32>
      %y = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::sparseopt::sparsity::SparsityDialect"
  ];
}

#endif // SPARSEOPT_TRANSFORMS_IMPORT_PASSES_TD
