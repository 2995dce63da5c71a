// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Padding and joining.

// CHECK-LABEL: @pad
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x2xf32>: zero along dim 0 at 0, 3{{$}}
func.func @pad(%x: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %z = arith.constant 0.0 : f32
  %y = tensor.pad %x low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<2x2xf32> to tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// CHECK-LABEL: @pad_by_a_group
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x6xf32>: zero along dim 0 at 1; zero along dim 1 at 0..1, 3; 1:2 along dim 0; at most 4 nonzeros; finite{{$}}
func.func @pad_by_a_group() -> tensor<3x6xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %z = arith.constant 0.0 : f32
  %y = tensor.pad %w low[0, 2] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<3x4xf32> to tensor<3x6xf32>
  return %y : tensor<3x6xf32>
}

// CHECK-LABEL: @concat
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x8xf32>: zero along dim 0 at 1; zero along dim 1 at 1, 5; 1:2 along dim 0; 2:4 along dim 1; at most 8 nonzeros; finite{{$}}
func.func @concat() -> tensor<3x8xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.concat dim(1) %w, %w : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x8xf32>
  return %y : tensor<3x8xf32>
}

// CHECK-LABEL: @concat_unaligned
// CHECK-NEXT: {{.*}} : tensor<3x1xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x5xf32>: zero along dim 1 at 2{{$}}
func.func @concat_unaligned(%x: tensor<3x1xf32>) -> tensor<3x5xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.concat dim(1) %x, %w : (tensor<3x1xf32>, tensor<3x4xf32>) -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}
