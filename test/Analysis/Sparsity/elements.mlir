// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Tensors made of scalars.

// CHECK-LABEL: @splat
// CHECK-NEXT: {{.*}} : tensor<2x2xf32>: all zero{{$}}
func.func @splat() -> tensor<2x2xf32> {
  %z = arith.constant 0.0 : f32
  %y = tensor.splat %z : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// CHECK-LABEL: @from_elements
// CHECK-NEXT: {{.*}} : tensor<3xf32>: zero along dim 0 at 0, 2{{$}}
func.func @from_elements(%x: f32) -> tensor<3xf32> {
  %z = arith.constant 0.0 : f32
  %y = tensor.from_elements %z, %x, %z : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: @extract
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<f32>: all zero{{$}}
func.func @extract() -> tensor<f32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %v = tensor.extract %w[%c1, %c0] : tensor<3x4xf32>
  %y = tensor.from_elements %v : tensor<f32>
  return %y : tensor<f32>
}

// CHECK-LABEL: @empty
// CHECK-NEXT: {{.*}} : tensor<2xf32>: unknown{{$}}
func.func @empty() -> tensor<2xf32> {
  %y = tensor.empty() : tensor<2xf32>
  return %y : tensor<2xf32>
}
