// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Rows of a table keep its dead columns.

// CHECK-LABEL: @gather
// CHECK-NEXT: {{.*}} : tensor<2x1xindex>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: zero along dim 1 at 1; finite{{$}}
func.func @gather(%i: tensor<2x1xindex>) -> tensor<2x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %y = tensor.gather %w[%i] gather_dims([0]) : (tensor<3x4xf32>, tensor<2x1xindex>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// CHECK-LABEL: @embedding
// CHECK-NEXT: {{.*}} : tensor<2xindex>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: zero along dim 1 at 1; finite{{$}}
func.func @embedding(%i: tensor<2xindex>) -> tensor<2x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<2x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<2xindex>) outs(%e : tensor<2x4xf32>) {
  ^bb0(%a: index, %o: f32):
    %j = linalg.index 1 : index
    %v = tensor.extract %w[%a, %j] : tensor<3x4xf32>
    linalg.yield %v : f32
  } -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// CHECK-LABEL: @scatter
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x1xindex>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<2x4xf32>: 1 along dim 1 at 0; zero along dim 1 at 1, 3; 1:2 along dim 1; at most 3 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 1, 3; finite{{$}}
func.func @scatter(%s: tensor<2x4xf32>, %i: tensor<2x1xindex>) -> tensor<3x4xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %t = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [1.0, 0.0, 0.0, 0.0]]> : tensor<2x4xf32>
  %y = tensor.scatter %t into %z[%i] scatter_dims([0]) unique : (tensor<2x4xf32>, tensor<3x4xf32>, tensor<2x1xindex>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}
