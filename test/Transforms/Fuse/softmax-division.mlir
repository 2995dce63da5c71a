// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-fuse-elementwise))' --split-input-file | FileCheck %s

// Something else is added to the products: it must not be divided.
// CHECK-LABEL: func.func @residual
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}}"reduction"]
// CHECK-NOT: arith.divf
// CHECK: return
func.func @residual(%x: tensor<2x4xf32>, %v: tensor<4x3xf32>, %init: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %e = tensor.empty() : tensor<2x4xf32>
  %s = linalg.softmax dimension(1) ins(%x : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %y = linalg.matmul ins(%s, %v : tensor<2x4xf32>, tensor<4x3xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// The undivided sums of 4096 products may not fit into f16.
// CHECK-LABEL: func.func @small_exponents
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}}"reduction"]
// CHECK-NOT: arith.divf
// CHECK: return
func.func @small_exponents(%x: tensor<2x4096xf16>, %v: tensor<4096x8xf16>) -> tensor<2x8xf16> {
  %zero = arith.constant 0.0 : f16
  %e = tensor.empty() : tensor<2x4096xf16>
  %s = linalg.softmax dimension(1) ins(%x : tensor<2x4096xf16>) outs(%e : tensor<2x4096xf16>) -> tensor<2x4096xf16>
  %e1 = tensor.empty() : tensor<2x8xf16>
  %f = linalg.fill ins(%zero : f16) outs(%e1 : tensor<2x8xf16>) -> tensor<2x8xf16>
  %y = linalg.matmul ins(%s, %v : tensor<2x4096xf16>, tensor<4096x8xf16>) outs(%f : tensor<2x8xf16>) -> tensor<2x8xf16>
  return %y : tensor<2x8xf16>
}

// -----

// Without keys the result is zero, the quotient of two empty sums is not.
// CHECK-LABEL: func.func @maybe_empty
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}}"reduction"]
// CHECK-NOT: arith.divf
// CHECK: return
func.func @maybe_empty(%x: tensor<2x?xf32>, %e: tensor<2x?xf32>, %v: tensor<?x3xf32>) -> tensor<2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %s = linalg.softmax dimension(1) ins(%x : tensor<2x?xf32>) outs(%e : tensor<2x?xf32>) -> tensor<2x?xf32>
  %e1 = tensor.empty() : tensor<2x3xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = linalg.matmul ins(%s, %v : tensor<2x?xf32>, tensor<?x3xf32>) outs(%f : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// Nothing bounds these exponentials: products with them may overflow.
// CHECK-LABEL: func.func @unbounded
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}}"reduction"]
// CHECK-NOT: arith.divf
// CHECK: return
func.func @unbounded(%x: tensor<2x4xf32>, %v: tensor<4x3xf32>) -> tensor<2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x4xf32>
  %exp = linalg.exp ins(%x : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %er = tensor.empty() : tensor<2xf32>
  %fr = linalg.fill ins(%zero : f32) outs(%er : tensor<2xf32>) -> tensor<2xf32>
  %sum = linalg.reduce { arith.addf } ins(%exp : tensor<2x4xf32>) outs(%fr : tensor<2xf32>) dimensions = [1]
  %q = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<2x4xf32>, tensor<2xf32>) outs(%e : tensor<2x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.divf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x4xf32>
  %e1 = tensor.empty() : tensor<2x3xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = linalg.matmul ins(%q, %v : tensor<2x4xf32>, tensor<4x3xf32>) outs(%f : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
