// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Tiles of whole dead slices.

// CHECK-LABEL: @pack
// CHECK-NEXT: {{.*}} : tensor<4x4xf32>: zero along dim 1 at 1..2; 1:2 along dim 1; at most 5 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2x2x2xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2x2x2xf32>: finite{{$}}
func.func @pack() -> tensor<2x2x2x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0], [4.0, 0.0, 0.0, 5.0]]> : tensor<4x4xf32>
  %e = tensor.empty() : tensor<2x2x2x2xf32>
  %y = linalg.pack %w inner_dims_pos = [0, 1] inner_tiles = [2, 2] into %e : tensor<4x4xf32> -> tensor<2x2x2x2xf32>
  return %y : tensor<2x2x2x2xf32>
}

// CHECK-LABEL: @unpack
// CHECK-NEXT: {{.*}} : tensor<2x2x2x2xf32>: zero along dim 1 at 1; zero along dim 3 at 1; 1:2 along dim 1; 1:2 along dim 3; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x4xf32>: zero along dim 1 at 1..3; finite{{$}}
func.func @unpack() -> tensor<4x4xf32> {
  %w = arith.constant dense<[[[[1.0, 0.0], [2.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]], [[[3.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]]> : tensor<2x2x2x2xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %y = linalg.unpack %w inner_dims_pos = [0, 1] inner_tiles = [2, 2] into %e : tensor<2x2x2x2xf32> -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}
