// RUN: sparse-opt %s --sparsity-normalize | FileCheck %s

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>

// CHECK-DAG: #[[$COL:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @bias_gelu_residual
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>, %[[R:.*]]: tensor<?x2xf32>, %[[INIT:.*]]: tensor<?x2xf32>)
// CHECK: %[[W:.*]] = sparsity.weight "up" dense_resource<up> : tensor<2x4xf32>
// CHECK: %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
// CHECK: sparsity.linear ins(%[[X]], %[[W]] : {{.*}}) extra(%[[B]] : #[[$COL]], tensor<2xf32>, %[[R]] : #[[$ID]], tensor<?x2xf32>) outs(%[[INIT]] : tensor<?x2xf32>) {
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[BIAS:.*]]: f32, %[[RES:.*]]: f32):
// CHECK: %[[SUM:.*]] = arith.addf %[[ACC]], %[[BIAS]]
// CHECK: %[[ERF:.*]] = math.erf %[[SUM]]
// CHECK: %[[HALF:.*]] = arith.constant 5.000000e-01
// CHECK: %[[SCALED:.*]] = arith.mulf %[[ERF]], %[[HALF]]
// CHECK: %[[GELU:.*]] = arith.mulf %[[SUM]], %[[SCALED]]
// CHECK: %[[OUT:.*]] = arith.addf %[[GELU]], %[[RES]]
// CHECK: sparsity.yield %[[OUT]]
// CHECK-NOT: linalg
func.func @bias_gelu_residual(%x: tensor<?x4xf32>, %r: tensor<?x2xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense_resource<up> : tensor<2x4xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn]
    ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
    ins(%1, %b : tensor<?x2xf32>, tensor<2xf32>) outs(%init : tensor<?x2xf32>) {
  ^bb0(%y: f32, %bias: f32, %out: f32):
    %s = arith.addf %y, %bias : f32
    linalg.yield %s : f32
  } -> tensor<?x2xf32>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
    ins(%2 : tensor<?x2xf32>) outs(%init : tensor<?x2xf32>) {
  ^bb0(%y: f32, %out: f32):
    %e = math.erf %y : f32
    %s = arith.mulf %e, %half : f32
    %g = arith.mulf %y, %s : f32
    linalg.yield %g : f32
  } -> tensor<?x2xf32>
  %4 = linalg.add ins(%3, %r : tensor<?x2xf32>, tensor<?x2xf32>) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %4 : tensor<?x2xf32>
}

// The sum over features reads the bias's result, so that it is no epilogue.
// CHECK-LABEL: func.func @reduction_stays
// CHECK: %[[Y:.*]] = sparsity.linear
// CHECK: linalg.generic {{.*}}"reduction"]} ins(%[[Y]]
func.func @reduction_stays(%x: tensor<?x4xf32>, %init: tensor<?x2xf32>, %sums: tensor<?xf32>) -> tensor<?xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn]
    ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
    ins(%1 : tensor<?x2xf32>) outs(%sums : tensor<?xf32>) {
  ^bb0(%y: f32, %out: f32):
    %s = arith.addf %y, %out : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %2 : tensor<?xf32>
}

// A result with two users is computed once.
// CHECK-LABEL: func.func @two_users
// CHECK: %[[Y:.*]] = sparsity.linear
// CHECK: linalg.exp ins(%[[Y]]
// CHECK: linalg.abs ins(%[[Y]]
func.func @two_users(%x: tensor<3x4xf32>, %init: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %w = arith.constant dense<1.0> : tensor<2x4xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn]
    ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = linalg.exp ins(%1 : tensor<3x2xf32>) outs(%init : tensor<3x2xf32>) -> tensor<3x2xf32>
  %3 = linalg.abs ins(%1 : tensor<3x2xf32>) outs(%init : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %2, %3 : tensor<3x2xf32>, tensor<3x2xf32>
}
