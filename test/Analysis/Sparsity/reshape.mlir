// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Merging and splitting dims.

// CHECK-LABEL: @collapse
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<12xf32>: zero along dim 0 at 1, 4..7, 9; 2:4 along dim 0; at most 4 nonzeros; finite{{$}}
func.func @collapse() -> tensor<12xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.collapse_shape %w [[0, 1]] : tensor<3x4xf32> into tensor<12xf32>
  return %y : tensor<12xf32>
}

// CHECK-LABEL: @expand
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2x2xf32>: zero along dim 0 at 1; 1:2 along dim 0; at most 4 nonzeros; finite{{$}}
func.func @expand() -> tensor<3x2x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.expand_shape %w [[0], [1, 2]] output_shape [3, 2, 2] : tensor<3x4xf32> into tensor<3x2x2xf32>
  return %y : tensor<3x2x2xf32>
}

// CHECK-LABEL: @a_head
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: zero along dim 1 at 0..1; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2x2xf32>: zero along dim 1 at 0; at most 4 nonzeros; finite{{$}}
func.func @a_head() -> tensor<2x2x2xf32> {
  %w = arith.constant dense<[[0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 3.0, 4.0]]> : tensor<2x4xf32>
  %y = tensor.expand_shape %w [[0], [1, 2]] output_shape [2, 2, 2] : tensor<2x4xf32> into tensor<2x2x2xf32>
  return %y : tensor<2x2x2xf32>
}

// CHECK-LABEL: @cast
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<?x4xf32>: zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
func.func @cast() -> tensor<?x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.cast %w : tensor<3x4xf32> to tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
