// RUN: sparse-opt %s --sparsity-detect-patterns -verify-diagnostics
// RUN: not sparse-opt %s --sparsity-detect-patterns="min-sparsity=1.5" 2>&1 | FileCheck %s

// CHECK: error: min-sparsity has to be between 0 and 1
func.func @missing_resource() -> tensor<2x2xf32> {
  // expected-error@+1 {{weight 'up' refers to resource 'absent', which has no data}}
  %w = sparsity.weight "up" dense_resource<absent> : tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}
