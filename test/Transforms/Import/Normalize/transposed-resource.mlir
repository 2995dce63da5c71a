// RUN: sparse-opt %s --sparsity-normalize | FileCheck %s

// The suffix of a weight that is stored as [in, out] goes with the order, and
// only the new values are kept.
// CHECK: sparsity.weight "up.weight" dense_resource<up.weight.T_1> : tensor<2x4xf32>
// CHECK: sparsity.weight "down.weight.T" dense_resource<down.weight.T> : tensor<2x4xf32>
func.func @transposed(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense_resource<up.weight.T> : tensor<4x2xf32>
  %v = arith.constant dense_resource<down.weight.T> : tensor<2x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %v : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// CHECK: dialect_resources
// CHECK-NOT: up.weight.T:
// CHECK: up.weight.T_1: "0x400000000000803F000040400000A0400000E04000000040000080400000C04000000041"
{-#
  dialect_resources: {
    builtin: {
      up.weight.T: "0x040000000000803F0000004000004040000080400000A0400000C0400000E04000000041"
    }
  }
#-}
