// Requests are taken off: what runs is the model as it is. Magnitude needs no
// statistics.
// RUN: sparse-opt %s --sparsity-instrument | FileCheck %s --check-prefixes=CHECK,NONE
// RUN: sparse-opt %s --sparsity-instrument=targets=up | FileCheck %s --check-prefixes=CHECK,TARGET

// CHECK-LABEL: func.func @layer
func.func @layer(%x: tensor<?x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: %[[W:.*]] = sparsity.weight "up"
  %w = sparsity.weight "up" dense<1.0> : tensor<4x4xf32>
  // CHECK-NOT: sparsity.prune
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<4x4xf32>
  // NONE-NOT: sparsity.observe
  // TARGET: sparsity.observe "up"
  // CHECK: sparsity.linear ins(%{{.*}}, %[[W]] :
  %0 = sparsity.linear ins(%x, %p : tensor<?x4xf32>, tensor<4x4xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
