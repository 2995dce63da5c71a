// RUN: sparse-opt %s --sparsity-to-sparse-tensor -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-to-sparse-tensor -split-input-file | sparse-opt --sparsifier -split-input-file -o /dev/null

// CHECK: #[[$CSR:.*]] = #sparse_tensor.encoding<{ map = (d0, d1) -> (d0 : dense, d1 : compressed), posWidth = 32, crdWidth = 32 }>
// CHECK-LABEL: func.func @csr
// CHECK-DAG: %[[P:.*]] = arith.constant dense_resource<up.positions> : tensor<3xi32>
// CHECK-DAG: %[[C:.*]] = arith.constant dense_resource<up.coordinates> : tensor<3xi32>
// CHECK-DAG: %[[V:.*]] = arith.constant dense_resource<up.values> : tensor<3xf32>
// CHECK: %[[W:.*]] = sparse_tensor.assemble (%[[P]], %[[C]]), %[[V]] : (tensor<3xi32>, tensor<3xi32>), tensor<3xf32> to tensor<2x4xf32, #[[$CSR]]>
// CHECK: linalg.{{.*}}ins(%{{.*}}, %[[W]] :
// CHECK-NOT: sparsity.
// CHECK-DAG: up.positions: "0x40000000000000000100000003000000"
// CHECK-DAG: up.coordinates: "0x40000000030000000000000001000000"
// CHECK-DAG: up.values: "0x400000000000803F0000004000004040"
func.func @csr(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "up" pattern [#sparsity.unstructured] dense<[[0.0, -0.0, 0.0, 1.0], [2.0, 3.0, 0.0, 0.0]]> : tensor<2x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// -----

// CHECK: #[[$BSR:.*]] = #sparse_tensor.encoding<{ map = (d0, d1) -> (d0 floordiv 2 : dense, d1 floordiv 2 : compressed, d0 mod 2 : dense, d1 mod 2 : dense), posWidth = 32, crdWidth = 32 }>
// CHECK-LABEL: func.func @bsr
// CHECK: sparse_tensor.assemble (%{{.*}}, %{{.*}}), %{{.*}} : (tensor<3xi32>, tensor<2xi32>), tensor<8xf32> to tensor<4x4xf32, #[[$BSR]]>
func.func @bsr(%x: tensor<3x4xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %w = sparsity.weight "up" pattern [#sparsity.block<2x2>] dense<[[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 2.0, 0.0], [3.0, 4.0, 0.0, 0.0], [5.0, 6.0, 0.0, 0.0]]> : tensor<4x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<4x4xf32>) outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// -----

// All zeros: no coordinates at all.
// CHECK-LABEL: func.func @empty
// CHECK: sparse_tensor.assemble (%{{.*}}, %{{.*}}), %{{.*}} : (tensor<3xi32>, tensor<0xi32>), tensor<0xf32>
func.func @empty(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "up" pattern [#sparsity.unstructured] dense<0.0> : tensor<2x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}
