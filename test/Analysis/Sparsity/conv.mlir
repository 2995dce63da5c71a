// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// A zero filter leaves the bias of its channel; padding by zero rows is not seen through the window.

// CHECK-LABEL: @filter
// CHECK-NEXT: {{.*}} : tensor<1x1x3x3xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x1x2x2xf32>: zero along dim 0 at 0; 1:2 along dim 0; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2xf32>: 5 along dim 0 at 0; 6 along dim 0 at 1; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x2x2x2xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x2x2x2xf32>: 5 along dim 1 at 0; 6 along dim 1 at 1; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x2x2x2xf32>: unknown{{$}}
// FINITE-LABEL: @filter
// FINITE-NEXT: {{.*}} : tensor<1x1x3x3xf32>: unknown{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x1x2x2xf32>: zero along dim 0 at 0; 1:2 along dim 0; at most 4 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<2xf32>: 5 along dim 0 at 0; 6 along dim 0 at 1; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<1x2x2x2xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<1x2x2x2xf32>: 5 along dim 1 at 0; 6 along dim 1 at 1; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<1x2x2x2xf32>: 5 along dim 1 at 0{{$}}
func.func @filter(%x: tensor<1x1x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<[[[[0.0, 0.0], [0.0, 0.0]]], [[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<2x1x2x2xf32>
  %b = arith.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %i = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e : tensor<1x2x2x2xf32>) dimensions = [0, 2, 3]
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x1x3x3xf32>, tensor<2x1x2x2xf32>) outs(%i : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: @pool
// CHECK-NEXT: {{.*}} : tensor<1x2x2x2xf32>: zero along dim 1 at 0; 1:2 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x2x1x1xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x2x1x1xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x2x1x1xf32>: zero along dim 1 at 0{{$}}
func.func @pool() -> tensor<1x2x1x1xf32> {
  %x = arith.constant dense<[[[[0.0, 0.0], [0.0, 0.0]], [[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x2x2x2xf32>
  %w = tensor.empty() : tensor<2x2xf32>
  %e = tensor.empty() : tensor<1x2x1x1xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %y = linalg.pooling_nchw_sum ins(%x, %w : tensor<1x2x2x2xf32>, tensor<2x2xf32>) outs(%f : tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  return %y : tensor<1x2x1x1xf32>
}
