// The observed values are those before a later write into the same buffer.
// RUN: sparse-opt %s --one-shot-bufferize=bufferize-function-boundaries | FileCheck %s

// CHECK-LABEL: func.func @order
// CHECK-SAME: %[[X:.*]]: memref<4x8xf32
func.func @order(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c0 = arith.constant 0.0 : f32
  // CHECK: sparsity.observe "up" %[[X]] {aliases = ["gate"], gram, number = 1 : i64} : memref<4x8xf32
  sparsity.observe "up" %x {aliases = ["gate"], gram, number = 1 : i64} : tensor<4x8xf32>
  // CHECK: linalg.fill
  %0 = linalg.fill ins(%c0 : f32) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
