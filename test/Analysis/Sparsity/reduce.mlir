// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// A slice is zero if all that it sums is zero; a maximum compares with its initial value.

// CHECK-LABEL: @sum
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: zero along dim 0 at 1{{$}}
func.func @sum() -> tensor<3xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3xf32>
  %i = arith.constant 0.0 : f32
  %f = linalg.fill ins(%i : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %y = linalg.reduce ins(%w : tensor<3x4xf32>) outs(%f : tensor<3xf32>) dimensions = [1]
    (%a: f32, %o: f32) {
      %p = arith.addf %a, %o : f32
      linalg.yield %p : f32
    }
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @maximum
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: all -inf{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown{{$}}
func.func @maximum() -> tensor<3xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3xf32>
  %i = arith.constant 0xFF800000 : f32
  %f = linalg.fill ins(%i : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %y = linalg.reduce ins(%w : tensor<3x4xf32>) outs(%f : tensor<3xf32>) dimensions = [1]
    (%a: f32, %o: f32) {
      %p = arith.maximumf %a, %o : f32
      linalg.yield %p : f32
    }
  return %y : tensor<3xf32>
}
