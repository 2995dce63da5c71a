// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-fuse-elementwise))' --split-input-file | FileCheck %s

// The division of a softmax moves behind the product, the head transposes
// into the maps; keys are transposed once so that scores lie along them.
// CHECK-DAG: #[[$KEYS:.+]] = affine_map<(d0, d1, d2) -> (d2, d0, d1)>
// CHECK-DAG: #[[$QUERY:.+]] = affine_map<(d0, d1, d2, d3) -> (d1, d0, d3)>
// CHECK-DAG: #[[$VALUE:.+]] = affine_map<(d0, d1, d2, d3) -> (d3, d0, d2)>
// CHECK-LABEL: func.func @attention
// CHECK-SAME: %[[Q:.+]]: tensor<40x3x8xf32>, %[[K:.+]]: tensor<40x3x8xf32>, %[[V:.+]]: tensor<40x3x8xf32>
// CHECK: %[[KT:.+]] = linalg.generic {indexing_maps = [#[[$KEYS]], {{.*}} ins(%[[K]] :
// CHECK: %[[S:.+]] = linalg.generic {indexing_maps = [#[[$QUERY]], {{.*}} ins(%[[Q]], %[[KT]] :
// CHECK: %[[MAX:.+]] = linalg.generic {{.*}} ins(%[[S]] :
// CHECK: arith.mulf
// CHECK: arith.maxnumf
// CHECK: %[[E:.+]]:2 = linalg.generic {{.*}} ins(%[[S]], %[[MAX]] :
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: %[[P:.+]] = linalg.generic {indexing_maps = [{{.*}}, #[[$VALUE]], {{.*}} ins(%[[E]]#0, %[[V]] :
// CHECK: %[[R:.+]] = linalg.generic {{.*}} ins(%[[P]], %[[E]]#1 :
// CHECK: arith.divf
// CHECK: return %[[R]]
func.func @attention(%q: tensor<40x3x8xf32>, %k: tensor<40x3x8xf32>, %v: tensor<40x3x8xf32>) -> tensor<40x3x8xf32> {
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant 0.25 : f32
  %eh = tensor.empty() : tensor<3x40x8xf32>
  %qt = linalg.transpose ins(%q : tensor<40x3x8xf32>) outs(%eh : tensor<3x40x8xf32>) permutation = [1, 0, 2]
  %kt = linalg.transpose ins(%k : tensor<40x3x8xf32>) outs(%eh : tensor<3x40x8xf32>) permutation = [1, 0, 2]
  %vt = linalg.transpose ins(%v : tensor<40x3x8xf32>) outs(%eh : tensor<3x40x8xf32>) permutation = [1, 0, 2]
  %es = tensor.empty() : tensor<3x40x40xf32>
  %fs = linalg.fill ins(%zero : f32) outs(%es : tensor<3x40x40xf32>) -> tensor<3x40x40xf32>
  %s = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>]
         ins(%qt, %kt : tensor<3x40x8xf32>, tensor<3x40x8xf32>) outs(%fs : tensor<3x40x40xf32>) -> tensor<3x40x40xf32>
  %scaled = linalg.generic {indexing_maps = [affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, i, j)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s : tensor<3x40x40xf32>) outs(%es : tensor<3x40x40xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %scale : f32
    linalg.yield %m : f32
  } -> tensor<3x40x40xf32>
  %p = linalg.softmax dimension(2) ins(%scaled : tensor<3x40x40xf32>) outs(%es : tensor<3x40x40xf32>) -> tensor<3x40x40xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eh : tensor<3x40x8xf32>) -> tensor<3x40x8xf32>
  %y = linalg.batch_matmul ins(%p, %vt : tensor<3x40x40xf32>, tensor<3x40x8xf32>) outs(%fo : tensor<3x40x8xf32>) -> tensor<3x40x8xf32>
  %eo = tensor.empty() : tensor<40x3x8xf32>
  %r = linalg.transpose ins(%y : tensor<3x40x8xf32>) outs(%eo : tensor<40x3x8xf32>) permutation = [1, 0, 2]
  return %r : tensor<40x3x8xf32>
}

// -----

// Any other quotient is divided where it is: the product could overflow.
// CHECK-LABEL: func.func @quotient
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}}"reduction"]
// CHECK-NOT: arith.divf
// CHECK: return
func.func @quotient(%x: tensor<8x64xf32>, %d: tensor<8xf32>, %w: tensor<64x32xf32>) -> tensor<8x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x64xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %d : tensor<8x64xf32>, tensor<8xf32>) outs(%e : tensor<8x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.divf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8x64xf32>
  %e1 = tensor.empty() : tensor<8x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e1 : tensor<8x32xf32>) -> tensor<8x32xf32>
  %y = linalg.matmul ins(%q, %w : tensor<8x64xf32>, tensor<64x32xf32>) outs(%f : tensor<8x32xf32>) -> tensor<8x32xf32>
  return %y : tensor<8x32xf32>
}

// -----

// One row reads each element once: transposing would cost more.
// CHECK-LABEL: func.func @single_row
// CHECK-COUNT-1: linalg.generic
// CHECK-NOT: linalg.generic
func.func @single_row(%x: tensor<1x64xf32>, %w: tensor<32x64xf32>) -> tensor<1x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<1x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e1 : tensor<1x32xf32>) -> tensor<1x32xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
         ins(%x, %w : tensor<1x64xf32>, tensor<32x64xf32>) outs(%f : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %y : tensor<1x32xf32>
}
