// RUN: sparse-opt %s --sparsity-shrink=assume-finite | FileCheck %s

// Channels of convolutions: a zero filter without bias, through padding and pooling, to the next layer.

// CHECK-LABEL: @channels
// CHECK: sparsity.weight "conv1" {{.*}} : tensor<1x1x1x1xf32>
// CHECK: sparsity.weight "conv2" {{.*}} : tensor<2x1x1x1xf32>
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} -> tensor<1x1x2x2xf32>
// CHECK: tensor.pad
// CHECK: tensor<1x1x2x2xf32> to tensor<1x1x4x4xf32>
// CHECK: linalg.conv_2d_nchw_fchw {{.*}} -> tensor<1x2x4x4xf32>
func.func @channels(%x: tensor<1x1x2x2xf32>) -> tensor<1x2x4x4xf32> {
  %w1 = sparsity.weight "conv1" dense<[[[[0.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %w2 = sparsity.weight "conv2" dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %z = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<1x2x2x2xf32>
  %f1 = linalg.fill ins(%z : f32) outs(%e1 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %h = linalg.conv_2d_nchw_fchw ins(%x, %w1 : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) outs(%f1 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %p = tensor.pad %h low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %z : f32
  } : tensor<1x2x2x2xf32> to tensor<1x2x4x4xf32>
  %e2 = tensor.empty() : tensor<1x2x4x4xf32>
  %f2 = linalg.fill ins(%z : f32) outs(%e2 : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%p, %w2 : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) outs(%f2 : tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %y : tensor<1x2x4x4xf32>
}
