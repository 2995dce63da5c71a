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
    transposes, broadcasts and unit dims. Where the tokens are not the leading
    dims, as in a product `W * X` or a 1x1 convolution in NCHW layout, activation
    and result are transposed if the product is large against the copies;
    elementwise ops that follow are still taken into the epilogue. Weights of
    other convolutions and of batched contractions are named, and stay in linalg.

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
  let options = [
    Option<"transposeActivations", "transpose-activations", "bool", "true",
           "Transpose activations whose tokens are not the leading dims">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::sparseopt::sparsity::SparsityDialect"
  ];
}

def DetectPatternsPass : Pass<"sparsity-detect-patterns", "::mlir::ModuleOp"> {
  let summary = "Recognise weights that are sparse already";
  let description = [{
    Scans the values of every `sparsity.weight` and adds the patterns that
    explain its zeros to those that it carries: every N:M along the contraction
    dim for M = 2, 4, 8 and 16 that holds for all groups and is at least half used
    (1:2, 2:4, 4:8, 1:4, 6:8 ...), without what another one implies; whole zero
    slices if they hold 99 % of the zeros, or else the largest zero blocks that
    do (then only N:M with N / M of at most 1/2 counts); `unstructured` if there
    is none of these. A weight with fewer zeros than `min-sparsity` is left alone. Both zeros count; NaN does not.

    Remarks of the category `sparsity` tell what was found, or that a weight is
    dense.

    ```mlir
    %w = sparsity.weight "up" dense<[[1.0, 0.0, 2.0, 0.0]]> : tensor<1x4xf32>
    ```
    used by a linear becomes
    ```mlir
    %w = sparsity.weight "up" pattern [#sparsity.nm<1:2, dim = 1>] dense<[[1.0, 0.0, 2.0, 0.0]]> : tensor<1x4xf32>
    ```
  }];
  let options = [
    Option<"minSparsity", "min-sparsity", "double", /*default=*/"0.25",
      "Smallest fraction of zeros, between 0 and 1, of a sparse weight">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

def ApplyRecipePass : Pass<"sparsity-apply-recipe", "::mlir::ModuleOp"> {
  let summary = "Attach the prune requests of a recipe to weights";
  let description = [{
    Reads a YAML recipe and adds a `sparsity.prune` to each `sparsity.weight`
    that it selects; `sparsity-prune` executes it.

    ```yaml
    rules:
      - targets: ['encoder\..*\.(query|key|value)\.weight']
        ignore: []
        pattern: "2:4"
        method: magnitude
      - targets: ['.*intermediate.*']
        pattern: unstructured
        sparsity: 0.8
        method: magnitude
        scope: row
    ```

    Keys of a rule: `targets` and `ignore`, one or a list of POSIX extended
    regular expressions that match whole weight names; `pattern`, N:M (at most N
    nonzeros in each group of M), `block<4x1>`, `slice` or `unstructured`; `dim`
    of an N:M or slice pattern, by default the dim that the weight's uses
    contract; `sparsity`, the fraction of zeros; `method`, `magnitude` (with
    `scope`: row, layer or global, and `norm`: l1 or l2) or `threshold` (with
    `absolute`, `quantile` or `stddev`). `method` may be a map of `name` and its
    parameters. The first rule that selects a weight decides.

    Instead of `rules`, a list of `stages`, each with its own `rules` or the keys
    of one rule, and a `name` if wanted: a later stage prunes what the earlier ones
    left. `sequential`, beside the rules of a stage, is a regular expression whose
    group names the block of a weight; it is for drivers that calibrate and prune
    block after block, and this pass warns that it does not, unless `stage` is
    given.

    Errors stand at their line of the recipe: malformed YAML, an unknown key or
    method, a wrong value, a target that matches no weight, a rule that fits none
    of the weights that it selects. An ignore that matches none is a warning.

    ```mlir
    %w = sparsity.weight "encoder.0.query.weight" dense_resource<q> : tensor<384x384xf32>
    ```
    becomes
    ```mlir
    %w = sparsity.weight "encoder.0.query.weight" dense_resource<q> : tensor<384x384xf32>
    %p = sparsity.prune %w {method = #sparsity.magnitude, pattern = #sparsity.nm<2:4, dim = 1>} : tensor<384x384xf32>
    ```
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", /*default=*/"",
      "The recipe file">,
    Option<"printMatches", "print-matches", "bool", /*default=*/"false",
      "Print to stderr which rule decides about which weight">,
    Option<"stage", "stage", "int64_t", /*default=*/"0",
      "Apply this stage only, counted from 1; 0 means all">,
    Option<"printStages", "print-stages", "bool", /*default=*/"false",
      "Print the stages to stdout as JSON, and apply none">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

def BindWeightsPass : Pass<"sparsity-bind-weights", "::mlir::ModuleOp"> {
  let summary = "Give weights their values from a safetensors file";
  let description = [{
    Each `dense_resource` that has no data takes the tensor of its key from the
    file, and each function argument marked `sparsity.weight = "name"` becomes a
    `sparsity.weight` with the tensor of that name. The file is mapped and not
    copied: a large model travels as small text beside its checkpoint. The tools
    do the same with `--sparsity-weights=FILE`.

    A tensor that is missing or has another dtype or shape is an error at the
    weight. Tensors of the file that nothing asks for are ignored.

    ```mlir
    func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32> {sparsity.weight = "up"}) -> tensor<4x8xf32> {
      return %w : tensor<4x8xf32>
    }
    ```
    becomes
    ```mlir
    func.func @f(%x: tensor<2x8xf32>) -> tensor<4x8xf32> {
      %w = sparsity.weight "up" dense_resource<up> : tensor<4x8xf32>
      return %w : tensor<4x8xf32>
    }
    ```
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"",
      "The safetensors file">,
  ];
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_IMPORT_PASSES_TD
