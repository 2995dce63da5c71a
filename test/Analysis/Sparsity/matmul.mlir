// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// Zero rows and columns go through; a summed index that is dead in either operand adds nothing.

// CHECK-LABEL: @rows_and_columns
// CHECK-NEXT: {{.*}} : tensor<4x2xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
// FINITE-LABEL: @rows_and_columns
// FINITE-NEXT: {{.*}} : tensor<4x2xf32>: unknown; unread along dim 0 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: all zero{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: zero along dim 0 at 1{{$}}
func.func @rows_and_columns(%x: tensor<4x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x2xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %y = linalg.matmul ins(%w, %x : tensor<3x4xf32>, tensor<4x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// CHECK-LABEL: @every_index_dead_in_one
// CHECK-NEXT: {{.*}} : tensor<2x3xf32>: zero along dim 1 at 1; 1:2 along dim 1; at most 4 nonzeros; finite; unread along dim 1 at 0, 2{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: zero along dim 0 at 0, 2; 1:2 along dim 0; at most 2 nonzeros; finite; unread along dim 0 at 1{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: all zero{{$}}
func.func @every_index_dead_in_one() -> tensor<2x2xf32> {
  %a = arith.constant dense<[[1.0, 0.0, 2.0], [3.0, 0.0, 4.0]]> : tensor<2x3xf32>
  %b = arith.constant dense<[[0.0, 0.0], [5.0, 6.0], [0.0, 0.0]]> : tensor<3x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// CHECK-LABEL: @initial_value_counts
// CHECK-NEXT: {{.*}} : tensor<4x2xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
// FINITE-LABEL: @initial_value_counts
// FINITE-NEXT: {{.*}} : tensor<4x2xf32>: unknown; unread along dim 0 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
func.func @initial_value_counts(%x: tensor<4x2xf32>, %i: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = linalg.matmul ins(%w, %x : tensor<3x4xf32>, tensor<4x2xf32>) outs(%i : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
