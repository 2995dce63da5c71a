// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// A sum has the union of its operands' supports.

// CHECK-LABEL: @union
// CHECK-NEXT: {{.*}} : tensor<2x8xf32>: zero along dim 1 at 1..3, 5..7; 1:2 along dim 0; 1:8 along dim 1; at most 2 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x8xf32>: zero along dim 0 at 1; zero along dim 1 at 0, 2..7; 1:2 along dim 0; 1:8 along dim 1; at most 1 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x8xf32>: zero along dim 1 at 2..3, 5..7; 2:8 along dim 1; at most 3 nonzeros{{$}}
func.func @union() -> tensor<2x8xf32> {
  %a = arith.constant dense<[[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0]]> : tensor<2x8xf32>
  %b = arith.constant dense<[[0.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<2x8xf32>
  %s = arith.addf %a, %b : tensor<2x8xf32>
  return %s : tensor<2x8xf32>
}

// CHECK-LABEL: @unknown
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
func.func @unknown(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %a = arith.addf %x, %w : tensor<3x4xf32>
  return %a : tensor<3x4xf32>
}
