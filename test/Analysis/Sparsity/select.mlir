// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// A known condition picks a side; a side that both share needs none.

// CHECK-LABEL: @same_on_both_sides
// CHECK-NEXT: {{.*}} : tensor<3x4xi1>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
func.func @same_on_both_sides(%c: tensor<3x4xi1>) -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %a = arith.select %c, %w, %z : tensor<3x4xi1>, tensor<3x4xf32>
  return %a : tensor<3x4xf32>
}
