// RUN: sparse-opt %s -sparsity-prepare-entries | FileCheck %s

// Inputs are not written, and every user of an empty or filled tensor has its own.
// CHECK-LABEL: func.func @entry(
// CHECK-SAME:    tensor<4xf32> {bufferization.writable = false}
// CHECK-COUNT-2: tensor.empty() : tensor<4xf32>
// CHECK:         linalg.exp
func.func @entry(%in: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %0 = linalg.exp ins(%in : tensor<4xf32>) outs(%f : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.log ins(%in : tensor<4xf32>) outs(%f : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// Private functions are no entries.
// CHECK-LABEL: func.func private @helper(
// CHECK-SAME:    %{{[a-z0-9]+}}: f32)
func.func private @helper(%x: f32) -> f32 {
  return %x : f32
}
