// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Slices keep patterns if they start at a group.

// CHECK-LABEL: @aligned
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite; unread along dim 1 at 0..1{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: zero along dim 0 at 1; 1:2 along dim 0; at most 4 nonzeros; finite{{$}}
func.func @aligned() -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.extract_slice %w[0, 2] [3, 2] [1, 1] : tensor<3x4xf32> to tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// CHECK-LABEL: @not_aligned
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite; unread along dim 1 at 0{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x3xf32>: zero along dim 0 at 1; zero along dim 1 at 0; 1:2 along dim 0; at most 4 nonzeros; finite{{$}}
func.func @not_aligned() -> tensor<3x3xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.extract_slice %w[0, 1] [3, 3] [1, 1] : tensor<3x4xf32> to tensor<3x3xf32>
  return %y : tensor<3x3xf32>
}

// CHECK-LABEL: @dead_row
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite; unread along dim 0 at 0, 2{{$}}
// CHECK-NEXT: {{.*}} : tensor<4xf32>: all zero{{$}}
func.func @dead_row() -> tensor<4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.extract_slice %w[1, 0] [1, 4] [1, 1] : tensor<3x4xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: @unknown_offset
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x4xf32>: zero along dim 1 at 1; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
func.func @unknown_offset(%i: index) -> tensor<1x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.extract_slice %w[%i, 0] [1, 4] [1, 1] : tensor<3x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// CHECK-LABEL: @insert
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x3xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x3xf32>: zero along dim 0 at 0, 3; zero along dim 1 at 2{{$}}
func.func @insert(%x: tensor<2x2xf32>) -> tensor<4x3xf32> {
  %z = arith.constant dense<0.0> : tensor<4x3xf32>
  %y = tensor.insert_slice %x into %z[1, 0] [2, 2] [1, 1] : tensor<2x2xf32> into tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}
