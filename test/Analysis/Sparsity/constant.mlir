// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// What a scan of constant values finds.

// CHECK-LABEL: @weight
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
func.func @weight() -> tensor<3x4xf32> {
  %w = sparsity.weight "w" dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  return %w : tensor<3x4xf32>
}

// CHECK-LABEL: @slices_that_are_constant
// CHECK-NEXT: {{.*}} : tensor<2x3xf32>: 7 along dim 1 at 0; finite{{$}}
func.func @slices_that_are_constant() -> tensor<2x3xf32> {
  %c = arith.constant dense<[[7.0, 1.0, 2.0], [7.0, 3.0, 4.0]]> : tensor<2x3xf32>
  return %c : tensor<2x3xf32>
}

// CHECK-LABEL: @negative_zero
// CHECK-NEXT: {{.*}} : tensor<2x2xf16>: zero along dim 1 at 0; 1:2 along dim 1; at most 2 nonzeros; finite{{$}}
func.func @negative_zero() -> tensor<2x2xf16> {
  %c = arith.constant dense<[[-0.0, 1.0], [0.0, 3.0]]> : tensor<2x2xf16>
  return %c : tensor<2x2xf16>
}

// CHECK-LABEL: @splat
// CHECK-NEXT: {{.*}} : tensor<2x3xi8>: all 5{{$}}
func.func @splat() -> tensor<2x3xi8> {
  %c = arith.constant dense<5> : tensor<2x3xi8>
  return %c : tensor<2x3xi8>
}

// CHECK-LABEL: @not_finite
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: unknown{{$}}
func.func @not_finite() -> tensor<2x2xf32> {
  %c = arith.constant dense<[[0x7FC00000, 1.0], [2.0, 3.0]]> : tensor<2x2xf32>
  return %c : tensor<2x2xf32>
}

// CHECK-LABEL: @mask
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: zero along dim 1 at 0; at most 3 elements around -inf{{$}}
func.func @mask() -> tensor<2x2xf32> {
  %c = arith.constant dense<[[0.0, 0xFF800000], [0.0, 1.0]]> : tensor<2x2xf32>
  return %c : tensor<2x2xf32>
}
