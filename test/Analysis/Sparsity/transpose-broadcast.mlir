// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Patterns move with their dim.

// CHECK-LABEL: @transpose
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x3xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 2:4 along dim 0; 1:2 along dim 1; at most 4 nonzeros; finite{{$}}
func.func @transpose() -> tensor<4x3xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<4x3xf32>
  %y = linalg.transpose ins(%w : tensor<3x4xf32>) outs(%e : tensor<4x3xf32>) permutation = [1, 0]
  return %y : tensor<4x3xf32>
}

// CHECK-LABEL: @broadcast
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x4xf32>: zero along dim 1 at 1; zero along dim 2 at 1; 1:2 along dim 1; 2:4 along dim 2; at most 8 nonzeros; finite{{$}}
func.func @broadcast() -> tensor<2x3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<2x3x4xf32>
  %y = linalg.broadcast ins(%w : tensor<3x4xf32>) outs(%e : tensor<2x3x4xf32>) dimensions = [0]
  return %y : tensor<2x3x4xf32>
}
