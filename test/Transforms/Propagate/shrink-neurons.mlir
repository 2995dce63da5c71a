// RUN: sparse-opt %s --sparsity-shrink=assume-finite | FileCheck %s
// RUN: sparse-opt %s --sparsity-shrink | FileCheck %s --check-prefix=STRICT

// A dead neuron goes with its row, its bias and its column.

// CHECK-LABEL: @dead_neuron
// CHECK: sparsity.weight "up" dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK: sparsity.weight "down" dense<{{\[\[}}1.000000e+00, 3.000000e+00], [4.000000e+00, 6.000000e+00]]> : tensor<2x2xf32>
// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK: sparsity.linear {{.*}} -> tensor<?x2xf32>
// 0 * x is not known to be 0.
// STRICT-LABEL: @dead_neuron
// STRICT: sparsity.weight "up" {{.*}} : tensor<3x2xf32>
func.func @dead_neuron(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %up = sparsity.weight "up" dense<[[1.0, 2.0], [0.0, 0.0], [3.0, 4.0]]> : tensor<3x2xf32>
  %down = sparsity.weight "down" dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %b = arith.constant dense<[1.0, 0.0, 2.0]> : tensor<3xf32>
  %i0 = tensor.empty(%n) : tensor<?x3xf32>
  %i1 = tensor.empty(%n) : tensor<?x2xf32>
  %h = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<3x2xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<3xf32>) outs(%i0 : tensor<?x3xf32>) {
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    %t = math.tanh %s : f32
    sparsity.yield %t : f32
  } -> tensor<?x3xf32>
  %y = sparsity.linear ins(%h, %down : tensor<?x3xf32>, tensor<2x3xf32>) outs(%i1 : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// A neuron that nobody reads goes too, by the zero column behind it. Its values may be anything finite.

// CHECK-LABEL: @unread_neuron
// CHECK: sparsity.weight "up" dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK: sparsity.weight "down" dense<{{\[\[}}1.000000e+00, 3.000000e+00], [4.000000e+00, 6.000000e+00]]> : tensor<2x2xf32>
// STRICT-LABEL: @unread_neuron
// STRICT: sparsity.weight "up" {{.*}} : tensor<3x2xf32>
func.func @unread_neuron(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %up = sparsity.weight "up" dense<[[1.0, 2.0], [7.0, 8.0], [3.0, 4.0]]> : tensor<3x2xf32>
  %down = sparsity.weight "down" dense<[[1.0, 0.0, 3.0], [4.0, -0.0, 6.0]]> : tensor<2x3xf32>
  %i0 = tensor.empty(%n) : tensor<?x3xf32>
  %i1 = tensor.empty(%n) : tensor<?x2xf32>
  %h = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<3x2xf32>) outs(%i0 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %y = sparsity.linear ins(%h, %down : tensor<?x3xf32>, tensor<2x3xf32>) outs(%i1 : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
