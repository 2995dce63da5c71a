// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// -inf becomes zero; zeros do not stay zero.

// CHECK-LABEL: @mask
// CHECK-NEXT: {{.*}} : tensor<2x3xf32>: -inf along dim 1 at 1; 1:2 along dim 1 around -inf; at most 4 elements around -inf{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3xf32>: unknown{{$}}
// FINITE-LABEL: @mask
// FINITE-NEXT: {{.*}} : tensor<2x3xf32>: -inf along dim 1 at 1; 1:2 along dim 1 around -inf; at most 4 elements around -inf{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3xf32>: zero along dim 1 at 1; 1:2 along dim 1; at most 4 nonzeros{{$}}
func.func @mask() -> tensor<2x3xf32> {
  %m = arith.constant dense<[[0.0, 0xFF800000, 1.0], [2.0, 0xFF800000, 0.0]]> : tensor<2x3xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %y = linalg.softmax dimension(1) ins(%m : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: @zeros
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
func.func @zeros() -> tensor<3x4xf32> {
  %m = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %y = linalg.softmax dimension(1) ins(%m : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}
