// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// A head whose values are zero.

// CHECK-LABEL: @heads
// CHECK-NEXT: {{.*}} : tensor<2x3x3xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x2xf32>: zero along dim 0 at 1; 1:2 along dim 0; at most 6 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x3xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x2xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x2xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x3x2xf32>: unknown{{$}}
// FINITE-LABEL: @heads
// FINITE-NEXT: {{.*}} : tensor<2x3x3xf32>: unknown; unread along dim 0 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3x2xf32>: zero along dim 0 at 1; 1:2 along dim 0; at most 6 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3x3xf32>: unknown; unread along dim 0 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3x2xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3x2xf32>: all zero{{$}}
// FINITE-NEXT: {{.*}} : tensor<2x3x2xf32>: zero along dim 0 at 1{{$}}
func.func @heads(%s: tensor<2x3x3xf32>) -> tensor<2x3x2xf32> {
  %v = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]]> : tensor<2x3x2xf32>
  %p = math.tanh %s : tensor<2x3x3xf32>
  %e = tensor.empty() : tensor<2x3x2xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %y = linalg.batch_matmul ins(%p, %v : tensor<2x3x3xf32>, tensor<2x3x2xf32>) outs(%f : tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  return %y : tensor<2x3x2xf32>
}
