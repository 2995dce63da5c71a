// RUN: sparse-opt %s --sparsity-to-linalg | FileCheck %s

// CHECK-DAG: #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$BTK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$OK:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[$BTO:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>

// CHECK-LABEL: func.func @plain
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>, %[[INIT:.*]]: tensor<?x2xf32>)
// CHECK: %[[W:.*]] = arith.constant dense_resource<up> : tensor<2x4xf32>
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[FILL:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[INIT]] : tensor<?x2xf32>)
// CHECK: %[[Y:.*]] = linalg.matmul indexing_maps = [#[[$MK]], #[[$NK]], #[[$MN]]] ins(%[[X]], %[[W]] : {{.*}}) outs(%[[FILL]] : tensor<?x2xf32>)
// CHECK: return %[[Y]]
func.func @plain(%x: tensor<?x4xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = sparsity.weight "up" dense_resource<up> : tensor<2x4xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @epilogue
// CHECK: %[[Y:.*]] = linalg.contract indexing_maps = [#[[$BTK]], #[[$OK]], #[[$BTO]]]
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<2xf32>) outs(%[[Y]] : tensor<3x?x2xf32>) {
// CHECK: ^bb0(%[[BIAS:.*]]: f32, %[[ACC:.*]]: f32):
// CHECK: %[[S:.*]] = arith.addf %[[ACC]], %[[BIAS]]
// CHECK: linalg.yield %[[S]]
func.func @epilogue(%x: tensor<3x?x4xf32>, %w: tensor<2x4xf32>, %b: tensor<2xf32>, %init: tensor<3x?x2xf32>) -> tensor<3x?x2xf32> {
  %y = sparsity.linear ins(%x, %w : tensor<3x?x4xf32>, tensor<2x4xf32>) extra(%b : affine_map<(b, t, o) -> (o)>, tensor<2xf32>) outs(%init : tensor<3x?x2xf32>) {
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    sparsity.yield %s : f32
  } -> tensor<3x?x2xf32>
  return %y : tensor<3x?x2xf32>
}

// Sums of f16 products are f32 and rounded once.
// CHECK-LABEL: func.func @half
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<3x2xf32>
// CHECK: linalg.fill {{.*}} outs(%[[EMPTY]]
// CHECK: %[[Y:.*]] = linalg.matmul {{.*}} -> tensor<3x2xf32>
// CHECK: linalg.generic {{.*}} ins(%[[Y]] : tensor<3x2xf32>) outs(%{{.*}} : tensor<3x2xf16>)
// CHECK: arith.truncf
func.func @half(%x: tensor<3x4xf16>, %w: tensor<2x4xf16>, %init: tensor<3x2xf16>) -> tensor<3x2xf16> {
  %y = sparsity.linear ins(%x, %w : tensor<3x4xf16>, tensor<2x4xf16>) outs(%init : tensor<3x2xf16>) -> tensor<3x2xf16>
  return %y : tensor<3x2xf16>
}

// CHECK-LABEL: func.func @integers
// CHECK: linalg.matmul {{.*}} -> tensor<3x2xi32>
// CHECK-NOT: linalg.generic
func.func @integers(%x: tensor<3x4xi8>, %w: tensor<2x4xi8>, %init: tensor<3x2xi32>) -> tensor<3x2xi32> {
  %y = sparsity.linear ins(%x, %w : tensor<3x4xi8>, tensor<2x4xi8>) outs(%init : tensor<3x2xi32>) -> tensor<3x2xi32>
  return %y : tensor<3x2xi32>
}

// CHECK-LABEL: func.func @memrefs
// CHECK: linalg.fill {{.*}} outs(%[[INIT:.*]] : memref<3x2xf32>)
// CHECK: linalg.matmul {{.*}} outs(%[[INIT]] : memref<3x2xf32>)
// CHECK: linalg.generic {{.*}} outs(%[[INIT]] : memref<3x2xf32>)
func.func @memrefs(%x: memref<3x4xf32>, %w: memref<2x4xf32>, %init: memref<3x2xf32>) {
  sparsity.linear ins(%x, %w : memref<3x4xf32>, memref<2x4xf32>) outs(%init : memref<3x2xf32>) {
  ^bb0(%acc: f32):
    %s = math.absf %acc : f32
    sparsity.yield %s : f32
  }
  return
}

// A linear with a kernel is for sparsity-pack-weights, with its weight.
// CHECK-LABEL: func.func @chosen
// CHECK: sparsity.weight "down"
// CHECK: sparsity.linear
func.func @chosen(%x: tensor<?x4xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = sparsity.weight "down" dense<1.0> : tensor<2x4xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%init : tensor<?x2xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
