// RUN: sparse-opt %s --sparsity-normalize | FileCheck %s

// The stored order is [in, out]: the values are transposed once.
// CHECK-LABEL: func.func @plain
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>, %[[INIT:.*]]: tensor<2x2xf32>)
// CHECK: %[[W:.*]] = sparsity.weight "weight_0" dense<{{\[\[}}1.000000e+00, 3.000000e+00, 5.000000e+00], [2.000000e+00, 4.000000e+00, 6.000000e+00{{\]\]}}> : tensor<2x3xf32>
// CHECK: %[[Y:.*]] = sparsity.linear ins(%[[X]], %[[W]] : tensor<2x3xf32>, tensor<2x3xf32>) outs(%[[INIT]] : tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK: return %[[Y]]
func.func @plain(%x: tensor<2x3xf32>, %init: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<2x3xf32>, tensor<3x2xf32>) outs(%0 : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// The stored order is [out, in]: the values stay as they are.
// CHECK-LABEL: func.func @transposed_map
// CHECK: %[[W:.*]] = sparsity.weight "weight_1" dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00{{\]\]}}> : tensor<3x2xf32>
// CHECK: sparsity.linear ins(%{{.*}}, %[[W]] : tensor<?x2xf32>, tensor<3x2xf32>)
// CHECK-NOT: linalg
func.func @transposed_map(%x: tensor<?x2xf32>, %tokens: index) -> tensor<?x3xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty(%tokens) : tensor<?x3xf32>
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = linalg.matmul
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : tensor<?x2xf32>, tensor<3x2xf32>) outs(%0 : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// Activations only: nothing changes.
// CHECK-LABEL: func.func @no_weight
// CHECK: linalg.fill
// CHECK: linalg.matmul
func.func @no_weight(%x: tensor<2x3xf32>, %w: tensor<3x2xf32>, %init: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<2x3xf32>, tensor<3x2xf32>) outs(%0 : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
