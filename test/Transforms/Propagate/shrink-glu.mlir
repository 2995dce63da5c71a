// RUN: sparse-opt %s --sparsity-shrink=assume-finite | FileCheck %s

// Gate times up: a neuron dead in either is dead in both.

// CHECK-LABEL: @glu
// CHECK: sparsity.weight "gate" dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
// CHECK: sparsity.weight "up" dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
// CHECK: sparsity.weight "down" dense<{{\[\[}}1.000000e+00], [4.000000e+00]]> : tensor<2x1xf32>
func.func @glu(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %gate = sparsity.weight "gate" dense<[[1.0, 2.0], [0.0, 0.0], [3.0, 4.0]]> : tensor<3x2xf32>
  %up = sparsity.weight "up" dense<[[1.0, 2.0], [5.0, 6.0], [0.0, 0.0]]> : tensor<3x2xf32>
  %down = sparsity.weight "down" dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %i0 = tensor.empty(%n) : tensor<?x3xf32>
  %i1 = tensor.empty(%n) : tensor<?x2xf32>
  %g = sparsity.linear ins(%x, %gate : tensor<?x2xf32>, tensor<3x2xf32>) outs(%i0 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %p = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<3x2xf32>) extra(%g : affine_map<(t, o) -> (t, o)>, tensor<?x3xf32>) outs(%i0 : tensor<?x3xf32>) {
  ^bb0(%acc: f32, %e: f32):
    %s = arith.mulf %acc, %e : f32
    sparsity.yield %s : f32
  } -> tensor<?x3xf32>
  %y = sparsity.linear ins(%p, %down : tensor<?x3xf32>, tensor<2x3xf32>) outs(%i1 : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// Neither factor is zero, so each stays: neither may excuse the other.

// CHECK-LABEL: @neither_is_zero
// CHECK: sparsity.weight "gate1" {{.*}} : tensor<2x2xf32>
// CHECK: sparsity.weight "up1" {{.*}} : tensor<2x2xf32>
// CHECK: sparsity.weight "down1" {{.*}} : tensor<2x2xf32>
func.func @neither_is_zero(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %gate = sparsity.weight "gate1" dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %up = sparsity.weight "up1" dense<[[1.0, 2.0], [5.0, 6.0]]> : tensor<2x2xf32>
  %down = sparsity.weight "down1" dense<[[1.0, 2.0], [4.0, 5.0]]> : tensor<2x2xf32>
  %i = tensor.empty(%n) : tensor<?x2xf32>
  %g = sparsity.linear ins(%x, %gate : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
  %p = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<2x2xf32>) extra(%g : affine_map<(t, o) -> (t, o)>, tensor<?x2xf32>) outs(%i : tensor<?x2xf32>) {
  ^bb0(%acc: f32, %e: f32):
    %s = arith.mulf %acc, %e : f32
    sparsity.yield %s : f32
  } -> tensor<?x2xf32>
  %y = sparsity.linear ins(%p, %down : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
