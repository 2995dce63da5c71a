// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// 0 * x is 0 only if x is finite.

// CHECK-LABEL: @unknown_factor
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// FINITE-LABEL: @unknown_factor
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 0 at 1; unread along dim 1 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros{{$}}
func.func @unknown_factor(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %a = arith.mulf %x, %w : tensor<3x4xf32>
  return %a : tensor<3x4xf32>
}

// CHECK-LABEL: @flags
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 0 at 1; unread along dim 1 at 1{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros{{$}}
func.func @flags(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %a = arith.mulf %x, %w fastmath<nnan,ninf> : tensor<3x4xf32>
  return %a : tensor<3x4xf32>
}

// CHECK-LABEL: @one_flag_is_not_enough
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// FINITE-LABEL: @one_flag_is_not_enough
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 0 at 1; unread along dim 1 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros{{$}}
func.func @one_flag_is_not_enough(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %a = arith.mulf %x, %w fastmath<nnan> : tensor<3x4xf32>
  return %a : tensor<3x4xf32>
}

// CHECK-LABEL: @finite_factor
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 2; 3:4 along dim 1; at most 7 nonzeros; finite; unread along dim 0 at 1; unread along dim 1 at 1{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1..2; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros{{$}}
func.func @finite_factor(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %t = arith.constant dense<[[1.0, 1.0, 0.0, 3.0], [1.0, 2.0, 0.0, 3.0], [0.0, 2.0, 0.0, 0.0]]> : tensor<3x4xf32>
  %a = arith.mulf %t, %w : tensor<3x4xf32>
  return %a : tensor<3x4xf32>
}

// CHECK-LABEL: @integers
// CHECK-NEXT: {{.*}} : tensor<2x2xi32>: unknown; unread along dim 0 at 0{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xi32>: zero along dim 0 at 0; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x2xi32>: zero along dim 0 at 0; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
func.func @integers(%x: tensor<2x2xi32>) -> tensor<2x2xi32> {
  %w = arith.constant dense<[[0, 0], [1, 2]]> : tensor<2x2xi32>
  %a = arith.muli %x, %w : tensor<2x2xi32>
  return %a : tensor<2x2xi32>
}
