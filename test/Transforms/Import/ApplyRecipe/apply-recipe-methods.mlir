// RUN: split-file %s %t
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/recipe.yaml" | FileCheck %s
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/foreign.yaml" 2>&1 | FileCheck %s --check-prefix=FOREIGN
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/range.yaml" 2>&1 | FileCheck %s --check-prefix=RANGE

// CHECK: sparsity.weight "q"
// CHECK: {method = #sparsity.sparsegpt<block_size = 64, damping = 1.000000e-01>, pattern = #sparsity.nm<2:4, dim = 1>}
// CHECK: sparsity.weight "up"
// CHECK: {method = #sparsity.wanda<scope = layer, refit = 10>, pattern = #sparsity.unstructured, sparsity = 5.000000e-01 : f64}
// CHECK: sparsity.weight "down"
// CHECK: {method = #sparsity.admm<iterations = 30, gradual = 4>, pattern = #sparsity.nm<4:8, dim = 1>}

// FOREIGN: foreign.yaml:4:39: error: 'block-size' is no parameter of the method alps; it belongs to sparsegpt
// RANGE: range.yaml:4:13: error: damping lies in [0, 1], got 7

//--- recipe.yaml
rules:
  - targets: q
    pattern: "2:4"
    method: {name: sparsegpt, block-size: 64, damping: 0.1}
  - targets: up
    pattern: unstructured
    sparsity: 0.5
    method: wanda
    scope: layer
    refit: 10
  - targets: down
    pattern: "4:8"
    method: {name: admm, iterations: 30, gradual: 4}

//--- foreign.yaml
rules:
  - targets: q
    pattern: "2:4"
    method: {name: alps, block-size:  64}

//--- range.yaml
rules:
  - targets: q
    pattern: "2:4"
    method: sparsegpt
    damping: 7

//--- model.mlir
func.func @layer(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q = sparsity.weight "q" dense<1.0> : tensor<8x8xf32>
  %u = sparsity.weight "up" dense<1.0> : tensor<8x8xf32>
  %d = sparsity.weight "down" dense<1.0> : tensor<8x8xf32>
  %0 = sparsity.linear ins(%x, %q : tensor<?x8xf32>, tensor<8x8xf32>) outs(%y : tensor<?x8xf32>) -> tensor<?x8xf32>
  %1 = sparsity.linear ins(%0, %u : tensor<?x8xf32>, tensor<8x8xf32>) outs(%y : tensor<?x8xf32>) -> tensor<?x8xf32>
  %2 = sparsity.linear ins(%1, %d : tensor<?x8xf32>, tensor<8x8xf32>) outs(%y : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %2 : tensor<?x8xf32>
}
