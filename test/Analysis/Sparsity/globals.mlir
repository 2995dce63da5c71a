// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Globals that never change are constants; others are not.

ml_program.global private @fixed(dense<[[0.0, 1.0], [0.0, 2.0]]> : tensor<2x2xf32>) : tensor<2x2xf32>

ml_program.global private mutable @state(dense<0.0> : tensor<2x2xf32>) : tensor<2x2xf32>

// CHECK-LABEL: @load
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: zero along dim 1 at 0; 1:2 along dim 1; at most 2 nonzeros; finite{{$}}
func.func @load() -> tensor<2x2xf32> {
  %y = ml_program.global_load @fixed : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// CHECK-LABEL: @load_const
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: zero along dim 1 at 0; 1:2 along dim 1; at most 2 nonzeros; finite{{$}}
func.func @load_const() -> tensor<2x2xf32> {
  %y = ml_program.global_load_const @fixed : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// CHECK-LABEL: @load_state
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: unknown{{$}}
func.func @load_state() -> tensor<2x2xf32> {
  %y = ml_program.global_load @state : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
