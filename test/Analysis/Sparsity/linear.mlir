// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// A linear layer: its products, then its epilogue.

// CHECK-LABEL: @ffn
// CHECK-NEXT: {{.*}} : tensor<?x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<?x3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: zero along dim 0 at 0..1; 1 along dim 0 at 2; 1:2 along dim 0; at most 1 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<?x3xf32>: unknown{{$}}
// FINITE-LABEL: @ffn
// FINITE-NEXT: {{.*}} : tensor<?x4xf32>: unknown; unread along dim 1 at 1{{$}}
// FINITE-NEXT: {{.*}} : tensor<?x3xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: zero along dim 0 at 0..1; 1 along dim 0 at 2; 1:2 along dim 0; at most 1 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<?x3xf32>: zero along dim 1 at 1{{$}}
func.func @ffn(%x: tensor<?x4xf32>, %i: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = sparsity.weight "w" dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %b = arith.constant dense<[0.0, 0.0, 1.0]> : tensor<3xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<3x4xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<3xf32>) outs(%i : tensor<?x3xf32>) {
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    %t = math.tanh %s : f32
    sparsity.yield %t : f32
  } -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: @request
// CHECK-NEXT: {{.*}} : tensor<2x8xf32>: zero along dim 0 at 0; 1:2 along dim 0; at most 8 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x8xf32>: zero along dim 0 at 0; 1:2 along dim 0; 2:4 along dim 1; at most 8 nonzeros; finite{{$}}
func.func @request() -> tensor<2x8xf32> {
  %w = sparsity.weight "w" dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]]> : tensor<2x8xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<2x8xf32>
  return %p : tensor<2x8xf32>
}
