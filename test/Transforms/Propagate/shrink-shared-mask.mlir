// RUN: sparse-opt %s --sparsity-shrink=assume-finite | FileCheck %s

// One mask for the heads of two layers, of which each loses another head: the mask is broadcast once for each.

// CHECK-LABEL: @two_layers
// CHECK-SAME: %[[MASK:[^ ]+]]: tensor<3xf32>
// CHECK-DAG: sparsity.weight "q0" {{.*}} : tensor<4x4xf32>
// CHECK-DAG: sparsity.weight "q1" {{.*}} : tensor<2x4xf32>
// CHECK: linalg.broadcast ins(%[[MASK]] : tensor<3xf32>) {{.*}}tensor<1x3xf32>
// CHECK: linalg.broadcast ins(%[[MASK]] : tensor<3xf32>) {{.*}}tensor<2x3xf32>
// CHECK: return
func.func @two_layers(%mask: tensor<3xf32>, %x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %q0 = sparsity.weight "q0" dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0]]> : tensor<6x4xf32>
  %o0 = sparsity.weight "o0" dense<[[1.0, 2.0, 0.0, 0.0, 3.0, 4.0], [1.0, 2.0, 0.0, 0.0, 3.0, 4.0], [1.0, 2.0, 0.0, 0.0, 3.0, 4.0], [1.0, 2.0, 0.0, 0.0, 3.0, 4.0]]> : tensor<4x6xf32>
  %q1 = sparsity.weight "q1" dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0]]> : tensor<6x4xf32>
  %o1 = sparsity.weight "o1" dense<[[0.0, 0.0, 0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0, 3.0, 4.0]]> : tensor<4x6xf32>
  %heads = tensor.empty() : tensor<3x3xf32>
  %wide = linalg.broadcast ins(%mask : tensor<3xf32>) outs(%heads : tensor<3x3xf32>) dimensions = [0]
  %e6 = tensor.empty() : tensor<3x6xf32>
  %e4 = tensor.empty() : tensor<3x4xf32>
  %e3 = tensor.empty() : tensor<3x3x2xf32>
  %h0 = sparsity.linear ins(%x, %q0 : tensor<3x4xf32>, tensor<6x4xf32>) outs(%e6 : tensor<3x6xf32>) -> tensor<3x6xf32>
  %s0 = tensor.expand_shape %h0 [[0], [1, 2]] output_shape [3, 3, 2] : tensor<3x6xf32> into tensor<3x3x2xf32>
  %m0 = linalg.generic {indexing_maps = [affine_map<(t, h, d) -> (t, h, d)>, affine_map<(t, h, d) -> (h, t)>, affine_map<(t, h, d) -> (t, h, d)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s0, %wide : tensor<3x3x2xf32>, tensor<3x3xf32>) outs(%e3 : tensor<3x3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.addf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x3x2xf32>
  %c0 = tensor.collapse_shape %m0 [[0], [1, 2]] : tensor<3x3x2xf32> into tensor<3x6xf32>
  %y0 = sparsity.linear ins(%c0, %o0 : tensor<3x6xf32>, tensor<4x6xf32>) outs(%e4 : tensor<3x4xf32>) -> tensor<3x4xf32>
  %h1 = sparsity.linear ins(%y0, %q1 : tensor<3x4xf32>, tensor<6x4xf32>) outs(%e6 : tensor<3x6xf32>) -> tensor<3x6xf32>
  %s1 = tensor.expand_shape %h1 [[0], [1, 2]] output_shape [3, 3, 2] : tensor<3x6xf32> into tensor<3x3x2xf32>
  %m1 = linalg.generic {indexing_maps = [affine_map<(t, h, d) -> (t, h, d)>, affine_map<(t, h, d) -> (h, t)>, affine_map<(t, h, d) -> (t, h, d)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s1, %wide : tensor<3x3x2xf32>, tensor<3x3xf32>) outs(%e3 : tensor<3x3x2xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.addf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x3x2xf32>
  %c1 = tensor.collapse_shape %m1 [[0], [1, 2]] : tensor<3x3x2xf32> into tensor<3x6xf32>
  %y1 = sparsity.linear ins(%c1, %o1 : tensor<3x6xf32>, tensor<4x6xf32>) outs(%e4 : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %y1 : tensor<3x4xf32>
}

// Where nothing goes, the mask is broadcast once, as it was.

// CHECK-LABEL: @unchanged
// CHECK-COUNT-1: linalg.broadcast
// CHECK-NOT: linalg.broadcast
// CHECK: return
func.func @unchanged(%mask: tensor<3xf32>, %x: tensor<3x3xf32>, %y: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>) {
  %e = tensor.empty() : tensor<3x3xf32>
  %wide = linalg.broadcast ins(%mask : tensor<3xf32>) outs(%e : tensor<3x3xf32>) dimensions = [0]
  %a = arith.addf %x, %wide : tensor<3x3xf32>
  %b = arith.addf %y, %wide : tensor<3x3xf32>
  return %a, %b : tensor<3x3xf32>, tensor<3x3xf32>
}
