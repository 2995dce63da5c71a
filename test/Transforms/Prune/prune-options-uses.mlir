// RUN: sparse-opt %s --sparsity-prune="pattern=1:2" -split-input-file | FileCheck %s

// A 3x3 convolution in OIHW layout: input channels, at each place of the window.
// CHECK-LABEL: func.func @convolution
// CHECK: sparsity.weight "weight_0" pattern [#sparsity.nm<1:2, dim = 1>]
func.func @convolution(%x: tensor<1x4x8x8xf32>, %y: tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4x3x3xf32>
  %r = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x8x8xf32>, tensor<2x4x3x3xf32>) outs(%y : tensor<1x2x6x6xf32>) -> tensor<1x2x6x6xf32>
  return %r : tensor<1x2x6x6xf32>
}

// -----

// A weight that is broadcast to the batch.
// CHECK-LABEL: func.func @broadcast
// CHECK: sparsity.weight "weight_0" pattern [#sparsity.nm<1:2, dim = 0>]
func.func @broadcast(%x: tensor<3x5x4xf32>, %y: tensor<3x5x2xf32>) -> tensor<3x5x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<3x4x2xf32>
  %b = linalg.broadcast ins(%w : tensor<4x2xf32>) outs(%e : tensor<3x4x2xf32>) dimensions = [0]
  %r = linalg.batch_matmul ins(%x, %b : tensor<3x5x4xf32>, tensor<3x4x2xf32>) outs(%y : tensor<3x5x2xf32>) -> tensor<3x5x2xf32>
  return %r : tensor<3x5x2xf32>
}

// -----

// A unit dim in front, and a generic with the weight in [out, in] order.
// CHECK-LABEL: func.func @generic
// CHECK: sparsity.weight "weight_0" pattern [#sparsity.nm<1:2, dim = 1>]
func.func @generic(%x: tensor<5x4xf32>, %y: tensor<5x2xf32>) -> tensor<5x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4xf32>
  %u = tensor.expand_shape %w [[0, 1], [2]] output_shape [1, 2, 4] : tensor<2x4xf32> into tensor<1x2x4xf32>
  %v = tensor.collapse_shape %u [[0, 1], [2]] : tensor<1x2x4xf32> into tensor<2x4xf32>
  %r = linalg.generic {
      indexing_maps = [affine_map<(t, o, i) -> (t, i)>, affine_map<(t, o, i) -> (o, i)>, affine_map<(t, o, i) -> (t, o)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %v : tensor<5x4xf32>, tensor<2x4xf32>) outs(%y : tensor<5x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<5x2xf32>
  return %r : tensor<5x2xf32>
}

// -----

// Constants that no contraction reads stay as they are.
// CHECK-LABEL: func.func @elementwise
// CHECK: arith.constant dense<1.000000e+00> : tensor<2x4xf32>
// CHECK-NOT: sparsity
func.func @elementwise(%x: tensor<2x4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4xf32>
  %r = linalg.add ins(%x, %w : tensor<2x4xf32>, tensor<2x4xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}
