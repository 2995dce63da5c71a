// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s --check-prefix=FINITE

// Any linalg.generic: its body at the values that are known.

// CHECK-LABEL: @scale
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// CHECK-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1, 3; 2 along dim 0 at 2; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown{{$}}
// FINITE-LABEL: @scale
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; unread along dim 1 at 1, 3{{$}}
// FINITE-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; zero along dim 0 at 1, 3; 2 along dim 0 at 2; 1:2 along dim 0; at most 2 nonzeros; finite{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// FINITE-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 1 at 1, 3; 1:2 along dim 1; at most 6 nonzeros{{$}}
func.func @scale(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %s = arith.constant dense<[1.0, 0.0, 2.0, 0.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<3x4xf32>, tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: @gelu
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros{{$}}
func.func @gelu() -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %h = arith.constant 0.5 : f32
  %1 = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = math.erf %a : f32
    %q = arith.addf %p, %1 : f32
    %r = arith.mulf %a, %q : f32
    %s = arith.mulf %r, %h : f32
    linalg.yield %s : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: @relu
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
func.func @relu() -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.maximumf %a, %z : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: @bias_is_a_constant_slice
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<4xf32>: 1 along dim 0 at 0; 2 along dim 0 at 1; 3 along dim 0 at 2; 4 along dim 0 at 3; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: 2 along dim 1 at 1{{$}}
func.func @bias_is_a_constant_slice() -> tensor<3x4xf32> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %b = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%w, %b : tensor<3x4xf32>, tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b0: f32, %o: f32):
    %p = arith.addf %a, %b0 : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: @quantize_with_zero_point
// CHECK-NEXT: {{.*}} : tensor<3x4xf32>: zero along dim 0 at 1; zero along dim 1 at 1; 1:2 along dim 0; 2:4 along dim 1; at most 4 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xi8>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<3x4xi8>: 3 along dim 0 at 1; 3 along dim 1 at 1; 1:2 along dim 0 around 3; 2:4 along dim 1 around 3; at most 4 elements around 3; finite{{$}}
func.func @quantize_with_zero_point() -> tensor<3x4xi8> {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 5.0, 6.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x4xi8>
  %zp = arith.constant 3 : i8
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<3x4xf32>) outs(%e : tensor<3x4xi8>) {
  ^bb0(%a: f32, %o: i8):
    %p = arith.fptosi %a : f32 to i8
    %q = arith.addi %p, %zp : i8
    linalg.yield %q : i8
  } -> tensor<3x4xi8>
  return %y : tensor<3x4xi8>
}
