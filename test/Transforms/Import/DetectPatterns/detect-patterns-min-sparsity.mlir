// RUN: sparse-opt %s --sparsity-detect-patterns="min-sparsity=0.1" | FileCheck %s --check-prefix=LOW
// RUN: sparse-opt %s --sparsity-detect-patterns="min-sparsity=0.6" | FileCheck %s --check-prefix=HIGH

// LOW: sparsity.weight "eighth" pattern [#sparsity.unstructured]
// LOW: sparsity.weight "half" pattern [#sparsity.nm<2:4, dim = 1>]
// HIGH: sparsity.weight "eighth" dense
// HIGH: sparsity.weight "half" dense
func.func @weights() -> (tensor<2x4xf64>, tensor<2x4xf64>) {
  %a = sparsity.weight "eighth" dense<[[1.0, 2.0, 3.0, 0.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf64>
  %b = sparsity.weight "half" dense<[[1.0, 2.0, 0.0, 0.0], [5.0, 0.0, 7.0, 0.0]]> : tensor<2x4xf64>
  return %a, %b : tensor<2x4xf64>, tensor<2x4xf64>
}
