// RUN: sparse-opt %s --sparsity-shrink=assume-finite | FileCheck %s

// A neuron that is constant but not zero goes, and its share is added to the result: 2 * 5 and 2 * 7.

// CHECK-LABEL: @fold
// CHECK: sparsity.weight "up" dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
// CHECK: sparsity.weight "down" dense<{{\[\[}}4.000000e+00], [6.000000e+00]]> : tensor<2x1xf32>
// CHECK: %[[SHARE:.*]] = arith.constant dense<[1.000000e+01, 1.400000e+01]> : tensor<2xf32>
// CHECK: sparsity.linear {{.*}} extra(%[[SHARE]] : #{{.*}}, tensor<2xf32>)
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[ADDED:.*]]: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[ACC]], %[[ADDED]] : f32
// CHECK-NEXT: sparsity.yield %[[SUM]]
func.func @fold(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %up = sparsity.weight "up" dense<[[1.0, 2.0], [0.0, 0.0]]> : tensor<2x2xf32>
  %down = sparsity.weight "down" dense<[[4.0, 5.0], [6.0, 7.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %i = tensor.empty(%n) : tensor<?x2xf32>
  %h = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<2x2xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<2xf32>) outs(%i : tensor<?x2xf32>) {
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    sparsity.yield %s : f32
  } -> tensor<?x2xf32>
  %y = sparsity.linear ins(%h, %down : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
