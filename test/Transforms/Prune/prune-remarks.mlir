// RUN: sparse-opt %s --sparsity-prune --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s

// CHECK: remark: [Passed] prune | Category:sparsity | Remark="pruned weight 'up' to #sparsity.nm<2:4, dim = 1>: 50.0 % zeros, 80.0 % of the norm kept"
func.func @report() -> tensor<1x4xf32> {
  %w = sparsity.weight "up" dense<[[4.0, 3.0, 4.0, 3.0]]> : tensor<1x4xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %p : tensor<1x4xf32>
}
