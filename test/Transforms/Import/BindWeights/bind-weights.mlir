// RUN: %python %S/../../../Inputs/safetensors.py %t.safetensors up:F32:1x2:1,2 down:F16:2x1:3,4 unused:I64:1:5
// RUN: sparse-opt %s --sparsity-bind-weights=file=%t.safetensors | FileCheck %s

// CHECK-LABEL: func.func @argument
// CHECK-SAME: (%[[X:.*]]: tensor<2xf32>) -> tensor<1x2xf32>
// CHECK: %[[W:.*]] = sparsity.weight "up" dense_resource<[[UP:up.*]]> : tensor<1x2xf32>
// CHECK: return %[[W]]
func.func @argument(%x: tensor<2xf32>, %w: tensor<1x2xf32> {sparsity.weight = "up"}) -> tensor<1x2xf32> {
  return %w : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @constants
func.func @constants() -> (tensor<2x1xf16>, tensor<1x2xf32>) {
  // CHECK: arith.constant dense_resource<down> : tensor<2x1xf16>
  %0 = arith.constant dense_resource<down> : tensor<2x1xf16>
  // CHECK: sparsity.weight "first" dense_resource<up
  %1 = sparsity.weight "first" dense_resource<up> : tensor<1x2xf32>
  return %0, %1 : tensor<2x1xf16>, tensor<1x2xf32>
}

// CHECK-DAG: down: "0x{{0[1248]|10|20|40}}00000000420044"
// CHECK-DAG: up: "0x{{0[1248]|10|20|40}}0000000000803F00000040"
