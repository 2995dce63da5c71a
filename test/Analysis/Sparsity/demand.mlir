// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// What nobody reads, and what another operand makes irrelevant.

// CHECK-LABEL: @other_factor_is_zero
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1; 2 along dim 0 at 2; 3 along dim 0 at 3; 3:4 along dim 0; at most 3 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
// FINITE-LABEL: @other_factor_is_zero
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 1 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x4xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1; 2 along dim 0 at 2; 3 along dim 0 at 3; 3:4 along dim 0; at most 3 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x4xf32>: finite; unread along dim 1 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 1; 3:4 along dim 1; at most 9 nonzeros{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x2xf32>: unknown{{$}}
func.func @other_factor_is_zero(%x: tensor<3x4xf32>, %v: tensor<2x4xf32>) -> tensor<3x2xf32> {
  %s = arith.constant dense<[1.0, 0.0, 2.0, 3.0]> : tensor<4xf32>
  %w = sparsity.weight "w" dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %i = tensor.empty() : tensor<3x2xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<3x4xf32>, tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  %y = sparsity.linear ins(%h, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%i : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// CHECK-LABEL: @both_factors_are_zero
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: zero along dim 1 at 1; 1:2 along dim 1; at most 2 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: zero along dim 1 at 1; 1:2 along dim 1; at most 2 nonzeros; finite; unread along dim 1 at 1{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: zero along dim 1 at 1; 1:2 along dim 1; at most 2 nonzeros{{$}}
func.func @both_factors_are_zero() -> tensor<2x2xf32> {
  %a = arith.constant dense<[[1.0, 0.0], [2.0, 0.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<[[3.0, 0.0], [4.0, 0.0]]> : tensor<2x2xf32>
  %y = arith.mulf %a, %b : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// CHECK-LABEL: @slices
// CHECK-NEXT: {{.*}} : tensor<4x4xf32>: unknown; unread along dim 0 at 0, 3; unread along dim 1 at 3{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3xf32>: unknown{{$}}
func.func @slices(%x: tensor<4x4xf32>) -> tensor<2x3xf32> {
  %y = tensor.extract_slice %x[1, 0] [2, 3] [1, 1] : tensor<4x4xf32> to tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: @reshape
// CHECK-NEXT: {{.*}} : tensor<4x4xf32>: unknown; unread along dim 0 at 0..1, 3{{$}}
// CHECK-NEXT: {{.*}} : tensor<16xf32>: unknown; unread along dim 0 at 0..7, 12..15{{$}}
// CHECK-NEXT: {{.*}} : tensor<4x4xf32>: unknown; unread along dim 0 at 0..1, 3{{$}}
// CHECK-NEXT: {{.*}} : tensor<1x4xf32>: unknown{{$}}
func.func @reshape(%x: tensor<4x4xf32>) -> tensor<1x4xf32> {
  %c = tensor.collapse_shape %x [[0, 1]] : tensor<4x4xf32> into tensor<16xf32>
  %e = tensor.expand_shape %c [[0, 1]] output_shape [4, 4] : tensor<16xf32> into tensor<4x4xf32>
  %y = tensor.extract_slice %e[2, 0] [1, 4] [1, 1] : tensor<4x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
