// RUN: sparse-opt %s | sparse-opt | FileCheck %s

// CHECK: sparsity.assume %arg0 {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<4x8xf32>
func.func @claim(%v: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<4x8xf32>
  return %c : tensor<4x8xf32>
}
