// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s

// The scale of a normalisation with constant statistics is constant, and a dead channel behind it too.

// CHECK-LABEL: @batch_norm
// CHECK: %[[SCALE:[0-9]+]] : tensor<3xf32>: 0.5 along dim 0 at 0; 1 along dim 0 at 1; 2 along dim 0 at 2
// CHECK: tensor<4x3xf32>: -0.5 along dim 1 at 1
func.func @batch_norm(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %variance = arith.constant dense<[4.0, 1.0, 0.25]> : tensor<3xf32>
  %mask = arith.constant dense<[1.0, 0.0, 1.0]> : tensor<3xf32>
  %scale = math.rsqrt %variance : tensor<3xf32>
  %e = tensor.empty() : tensor<4x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%x, %mask, %scale : tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %m: f32, %s: f32, %o: f32):
    %mean = arith.constant 0.5 : f32
    %p = arith.mulf %a, %m : f32
    %q = arith.subf %p, %mean : f32
    %r = arith.mulf %q, %s : f32
    linalg.yield %r : f32
  } -> tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}
