// RUN: not sparse-opt %s --sparsity-verify-patterns="pattern=2:4" 2>&1 | FileCheck %s
// RUN: sparse-opt %s --sparsity-verify-patterns="pattern=3:4"
// RUN: not sparse-opt %s --sparsity-verify-patterns="pattern=block<2x2>" 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not sparse-opt %s --sparsity-verify-patterns="pattern=5:4" 2>&1 | FileCheck %s --check-prefix=WRONG

// Every weight of a contraction is checked, whatever it claims; others are not.
// CHECK: error: weight 'up' violates #sparsity.nm<2:4, dim = 1> in 1 of 2 groups
// CHECK-NOT: table
// BLOCK: error: pattern: only N:M patterns can be violated
// WRONG: error: pattern: N:M pattern '5:4' needs 1 <= N <= M
func.func @unclaimed(%x: tensor<?x4xf32>, %y: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<1x4xf32>) {
  %w = sparsity.weight "up" dense<[[1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 0.0, 1.0]]> : tensor<2x4xf32>
  %t = sparsity.weight "table" dense<1.0> : tensor<1x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r, %t : tensor<?x2xf32>, tensor<1x4xf32>
}
