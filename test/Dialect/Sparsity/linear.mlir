// RUN: sparse-opt %s | sparse-opt | FileCheck %s
// RUN: sparse-opt %s --emit-bytecode | sparse-opt | FileCheck %s
// RUN: sparse-opt %s --mlir-print-op-generic | sparse-opt | FileCheck %s

// CHECK-DAG: #[[$OUT:.*]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>

// CHECK-LABEL: func.func @plain
// CHECK: sparsity.linear ins(%{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<?x4xf32>) -> tensor<?x4xf32>
func.func @plain(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @epilogue
// CHECK: sparsity.linear ins(%{{.*}}, %{{.*}} : tensor<2x3x8xf32>, tensor<4x8xf32>) extra(%{{.*}} : #[[$OUT]], tensor<4xf32>, %{{.*}} : #[[$ID]], tensor<2x3x4xf32>) outs(%{{.*}} : tensor<2x3x4xf32>) {
// CHECK: ^bb0(%[[ACC:.*]]: f32, %[[BIAS:.*]]: f32, %[[RES:.*]]: f32):
// CHECK: sparsity.yield
// CHECK: } kernel = #sparsity.by_tokens<[16 : #sparsity.kernel<"cpu.nm_permute">, ? : #sparsity.kernel<"cpu.mask_tile", {kb = 128 : i64}>]> decisions = [#sparsity.decision<weight = "up", pattern = "none", density = 1.000000e+00 : f64, tokens = 6, kernel = "cpu.nm_permute", predicted_ns = 10, dense_ns = 20, reason = "faster">] -> tensor<2x3x4xf32>
func.func @epilogue(%x: tensor<2x3x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>, %r: tensor<2x3x4xf32>, %y: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = sparsity.linear ins(%x, %w : tensor<2x3x8xf32>, tensor<4x8xf32>)
    extra(%b : affine_map<(s, t, o) -> (o)>, tensor<4xf32>, %r : affine_map<(s, t, o) -> (s, t, o)>, tensor<2x3x4xf32>)
    outs(%y : tensor<2x3x4xf32>) {
  ^bb0(%acc: f32, %bias: f32, %res: f32):
    %1 = arith.addf %acc, %bias : f32
    %2 = arith.addf %1, %res : f32
    sparsity.yield %2 : f32
  } kernel = #sparsity.by_tokens<[16 : #sparsity.kernel<"cpu.nm_permute">, ? : #sparsity.kernel<"cpu.mask_tile", {kb = 128 : i64}>]>
    decisions = [#sparsity.decision<weight = "up", pattern = "none", density = 1.0 : f64, tokens = 6, kernel = "cpu.nm_permute", predicted_ns = 10, dense_ns = 20, reason = "faster">] -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @memrefs
// CHECK: sparsity.linear ins(%{{.*}}, %{{.*}} : memref<2x8xf16>, memref<4x8xf16>) outs(%{{.*}} : memref<2x4xf16>)
func.func @memrefs(%x: memref<2x8xf16>, %w: memref<4x8xf16>, %y: memref<2x4xf16>) {
  sparsity.linear ins(%x, %w : memref<2x8xf16>, memref<4x8xf16>) outs(%y : memref<2x4xf16>) {
  ^bb0(%acc: f32):
    %0 = arith.truncf %acc : f32 to f16
    sparsity.yield %0 : f16
  }
  return
}
