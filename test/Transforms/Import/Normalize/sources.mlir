// RUN: sparse-opt %s --sparsity-normalize --split-input-file | FileCheck %s

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// One resource in two functions is one name; in one function it is one op.
// CHECK-LABEL: func.func @resource
// CHECK: %[[W:.*]] = sparsity.weight "layer.up.weight" dense_resource<layer.up.weight> : tensor<2x4xf32>
// CHECK-NOT: sparsity.weight
// CHECK: sparsity.linear ins(%{{.*}}, %[[W]] :
// CHECK: sparsity.linear ins(%{{.*}}, %[[W]] :
func.func @resource(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %w = arith.constant dense_resource<layer.up.weight> : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %v = arith.constant dense_resource<layer.up.weight> : tensor<2x4xf32>
  %2 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %v : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1, %2 : tensor<3x2xf32>, tensor<3x2xf32>
}

// CHECK-LABEL: func.func @resource_again
// CHECK: sparsity.weight "layer.up.weight" dense_resource<layer.up.weight> : tensor<2x4xf32>
func.func @resource_again(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense_resource<layer.up.weight> : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// Inline constants are named after their location, without a clash.
// CHECK-LABEL: func.func @location
// CHECK: sparsity.weight "down" dense<1.000000e+00>
// CHECK: sparsity.weight "down_0" dense<2.000000e+00>
// CHECK: sparsity.weight "weight_0" dense<3.000000e+00>
func.func @location(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
  %u = arith.constant dense<1.0> : tensor<2x4xf32> loc("down")
  %v = arith.constant dense<2.0> : tensor<2x4xf32> loc("down")
  %w = arith.constant dense<3.0> : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %u : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %v : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %3 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1, %2, %3 : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

// Immutable globals are weights; private ones vanish with their last load.
// CHECK-NOT: ml_program.global private @hidden
// CHECK: ml_program.global public @shown
// CHECK: ml_program.global private mutable @state
// CHECK-LABEL: func.func @globals
// CHECK: sparsity.weight "hidden" dense<1.000000e+00> : tensor<2x4xf32>
// CHECK: sparsity.weight "shown" dense<2.000000e+00> : tensor<2x4xf32>
// CHECK-COUNT-2: sparsity.linear
// CHECK: linalg.matmul
ml_program.global private @hidden(dense<1.0> : tensor<4x2xf32>) : tensor<4x2xf32>
ml_program.global public @shown(dense<2.0> : tensor<4x2xf32>) : tensor<4x2xf32>
ml_program.global private mutable @state(dense<3.0> : tensor<4x2xf32>) : tensor<4x2xf32>
func.func @globals(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %u = ml_program.global_load_const @hidden : tensor<4x2xf32>
  %v = ml_program.global_load_const @shown : tensor<4x2xf32>
  %w = ml_program.global_load @state : tensor<4x2xf32>
  %1 = linalg.matmul ins(%x, %u : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = linalg.matmul ins(%x, %v : tensor<3x4xf32>, tensor<4x2xf32>) outs(%1 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %3 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %3 : tensor<3x2xf32>
}

// -----

// A marked argument is bound later, and is read in the order that it has.
// CHECK-LABEL: func.func @argument
// CHECK-SAME: tensor<3x4xf32>, %[[W:.*]]: tensor<2x4xf32> {sparsity.weight = "up"}, %[[V:.*]]: tensor<1x2x4xf32> {sparsity.weight = "down"}
// CHECK: %[[V2:.*]] = tensor.collapse_shape %[[V]] {{.*}} into tensor<2x4xf32>
// CHECK: sparsity.linear ins(%{{.*}}, %[[W]] :
// CHECK: sparsity.linear ins(%{{.*}}, %[[V2]] :
func.func @argument(%x: tensor<3x4xf32>, %w: tensor<2x4xf32> {sparsity.weight = "up"}, %v: tensor<1x2x4xf32> {sparsity.weight = "down"}, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %c = tensor.collapse_shape %v [[0, 1], [2]] : tensor<1x2x4xf32> into tensor<2x4xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %c : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

// What is normalized already stays; a pruned weight is a weight.
// CHECK-LABEL: func.func @pruned
// CHECK: %[[W:.*]] = sparsity.weight "up"
// CHECK: %[[P:.*]] = sparsity.prune %[[W]]
// CHECK: %[[Y:.*]] = sparsity.linear ins(%{{.*}}, %[[W]] : {{.*}}) outs(%{{.*}}) -> tensor<3x2xf32>
// CHECK: sparsity.linear ins(%{{.*}}, %[[P]] : {{.*}}) extra(%[[Y]]
func.func @pruned(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x4xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %p : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

// Weights of convolutions and of batches are named and stay where they are.
// CHECK-LABEL: func.func @stays
// CHECK: %[[W:.*]] = sparsity.weight "kernel" dense<1.000000e+00> : tensor<5x2x3x3xf32>
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} ins(%{{.*}}, %[[W]] :
// CHECK: %[[B:.*]] = sparsity.weight "experts" dense<1.000000e+00> : tensor<7x4x2xf32>
// CHECK: linalg.batch_matmul ins(%{{.*}}, %[[B]] :
func.func @stays(%x: tensor<1x2x6x6xf32>, %y: tensor<1x5x4x4xf32>, %e: tensor<7x3x4xf32>, %f: tensor<7x3x2xf32>) -> (tensor<1x5x4x4xf32>, tensor<7x3x2xf32>) {
  %w = arith.constant dense<1.0> : tensor<5x2x3x3xf32> loc("kernel")
  %0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %w : tensor<1x2x6x6xf32>, tensor<5x2x3x3xf32>) outs(%y : tensor<1x5x4x4xf32>) -> tensor<1x5x4x4xf32>
  %b = arith.constant dense<1.0> : tensor<7x4x2xf32> loc("experts")
  %1 = linalg.batch_matmul ins(%e, %b : tensor<7x3x4xf32>, tensor<7x4x2xf32>) outs(%f : tensor<7x3x2xf32>) -> tensor<7x3x2xf32>
  return %0, %1 : tensor<1x5x4x4xf32>, tensor<7x3x2xf32>
}

// -----

// A tensor that is stored sparse is another compiler's.
// CHECK-LABEL: func.func @encoded
// CHECK: linalg.matmul
#CSR = #sparse_tensor.encoding<{map = (i, j) -> (i : dense, j : compressed)}>
func.func @encoded(%x: tensor<3x4xf32, #CSR>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32, #CSR>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// Empty weights are weights.
// CHECK-LABEL: func.func @empty
// CHECK: sparsity.weight "weight_0" dense<> : tensor<0x4xf32>
// CHECK: sparsity.linear
// CHECK: sparsity.weight "weight_1" dense<> : tensor<2x0xf32>
// CHECK: sparsity.linear
func.func @empty(%x: tensor<3x4xf32>, %y: tensor<3x0xf32>, %z: tensor<3x2xf32>) -> (tensor<3x0xf32>, tensor<3x2xf32>) {
  %w = arith.constant dense<> : tensor<4x0xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x0xf32>) outs(%y : tensor<3x0xf32>) -> tensor<3x0xf32>
  %v = arith.constant dense<> : tensor<0x2xf32>
  %1 = linalg.matmul ins(%0, %v : tensor<3x0xf32>, tensor<0x2xf32>) outs(%z : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x0xf32>, tensor<3x2xf32>
}
