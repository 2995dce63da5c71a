// RUN: sparse-opt %s --sparsity-to-linalg --split-input-file --verify-diagnostics

func.func @request(%x: tensor<3x4xf32>, %init: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x4xf32>
  // expected-error @below {{prune request was not executed; run sparsity-prune first}}
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<2x4xf32>
  %y = sparsity.linear ins(%x, %p : tensor<3x4xf32>, tensor<2x4xf32>) outs(%init : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

func.func @memrefs(%x: memref<3x4xf16>, %w: memref<2x4xf16>, %init: memref<3x2xf16>) {
  // expected-error @below {{cannot be lowered on memrefs: its sum has another type than its destination}}
  sparsity.linear ins(%x, %w : memref<3x4xf16>, memref<2x4xf16>) outs(%init : memref<3x2xf16>)
  return
}
