// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// RMSNorm keeps zero features; the mean of LayerNorm kills them.

// CHECK-LABEL: @rmsnorm
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1, 3; 2 along dim 0 at 2; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// FINITE-LABEL: @rmsnorm
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 1 at 1, 3{{$}}
// FINITE-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1, 3; 2 along dim 0 at 2; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: all zero{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 1, 3; 1:2 along dim 1; at most 6 nonzeros{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: unknown{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 1, 3; 1:2 along dim 1; at most 6 nonzeros{{$}}
func.func @rmsnorm(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %s = arith.constant dense<[1.0, 0.0, 2.0, 0.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %eps = arith.constant 1.0e-5 : f32
  %r = tensor.empty() : tensor<3xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%r : tensor<3xf32>) -> tensor<3xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<3x4xf32>, tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%h : tensor<3x4xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.mulf %a, %a : f32
    %t = arith.addf %p, %o : f32
    linalg.yield %t : f32
  } -> tensor<3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%h, %q : tensor<3x4xf32>, tensor<3xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.addf %b, %eps : f32
    %t = math.rsqrt %p : f32
    %u = arith.mulf %a, %t : f32
    linalg.yield %u : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: @mean_kills
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1, 3; 2 along dim 0 at 2; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: all zero{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// FINITE-LABEL: @mean_kills
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 1 at 1, 3{{$}}
// FINITE-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1, 3; 2 along dim 0 at 2; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: all zero{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 1, 3; 1:2 along dim 1; at most 6 nonzeros{{$}}
// FINITE-NEXT: {{.*}} : tensor<3xf32>: unknown{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
func.func @mean_kills(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %s = arith.constant dense<[1.0, 0.0, 2.0, 0.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %r = tensor.empty() : tensor<3xf32>
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%r : tensor<3xf32>) -> tensor<3xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<3x4xf32>, tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%h : tensor<3x4xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.addf %a, %o : f32
    linalg.yield %t : f32
  } -> tensor<3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%h, %q : tensor<3x4xf32>, tensor<3xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %u = arith.subf %a, %b : f32
    linalg.yield %u : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}
