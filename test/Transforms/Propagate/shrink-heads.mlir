// RUN: sparse-opt %s --sparsity-shrink=assume-finite | FileCheck %s

// Attention with two heads of two: the values of head 1 are zero, so that the whole head goes.

// CHECK-LABEL: @attention
// CHECK: sparsity.weight "q" {{.*}} : tensor<2x4xf32>
// CHECK: sparsity.weight "k" {{.*}} : tensor<2x4xf32>
// CHECK: sparsity.weight "v" {{.*}} : tensor<2x4xf32>
// CHECK: sparsity.weight "o" {{.*}} : tensor<4x2xf32>
// CHECK: tensor.expand_shape {{.*}} output_shape [3, 1, 2] : tensor<3x2xf32> into tensor<3x1x2xf32>
// CHECK: linalg.softmax dimension(2) {{.*}} -> tensor<1x3x3xf32>
// CHECK: tensor.collapse_shape {{.*}} : tensor<3x1x2xf32> into tensor<3x2xf32>
// CHECK: return {{.*}} : tensor<3x4xf32>
func.func @attention(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %wq = sparsity.weight "q" dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0]]> : tensor<4x4xf32>
  %wk = sparsity.weight "k" dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0]]> : tensor<4x4xf32>
  %wv = sparsity.weight "v" dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]> : tensor<4x4xf32>
  %wo = sparsity.weight "o" dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 1.0, 1.0]]> : tensor<4x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %z = arith.constant 0.0 : f32
  %q = sparsity.linear ins(%x, %wq : tensor<3x4xf32>, tensor<4x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %k = sparsity.linear ins(%x, %wk : tensor<3x4xf32>, tensor<4x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %v = sparsity.linear ins(%x, %wv : tensor<3x4xf32>, tensor<4x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %q3 = tensor.expand_shape %q [[0], [1, 2]] output_shape [3, 2, 2] : tensor<3x4xf32> into tensor<3x2x2xf32>
  %k3 = tensor.expand_shape %k [[0], [1, 2]] output_shape [3, 2, 2] : tensor<3x4xf32> into tensor<3x2x2xf32>
  %v3 = tensor.expand_shape %v [[0], [1, 2]] output_shape [3, 2, 2] : tensor<3x4xf32> into tensor<3x2x2xf32>
  %t = tensor.empty() : tensor<2x3x2xf32>
  %u = tensor.empty() : tensor<2x2x3xf32>
  %s = tensor.empty() : tensor<2x3x3xf32>
  %b = tensor.empty() : tensor<3x2x2xf32>
  %qh = linalg.transpose ins(%q3 : tensor<3x2x2xf32>) outs(%t : tensor<2x3x2xf32>) permutation = [1, 0, 2]
  %kh = linalg.transpose ins(%k3 : tensor<3x2x2xf32>) outs(%u : tensor<2x2x3xf32>) permutation = [1, 2, 0]
  %vh = linalg.transpose ins(%v3 : tensor<3x2x2xf32>) outs(%t : tensor<2x3x2xf32>) permutation = [1, 0, 2]
  %s0 = linalg.fill ins(%z : f32) outs(%s : tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %scores = linalg.batch_matmul ins(%qh, %kh : tensor<2x3x2xf32>, tensor<2x2x3xf32>) outs(%s0 : tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %p = linalg.softmax dimension(2) ins(%scores : tensor<2x3x3xf32>) outs(%s : tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %c0 = linalg.fill ins(%z : f32) outs(%t : tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %c = linalg.batch_matmul ins(%p, %vh : tensor<2x3x3xf32>, tensor<2x3x2xf32>) outs(%c0 : tensor<2x3x2xf32>) -> tensor<2x3x2xf32>
  %ct = linalg.transpose ins(%c : tensor<2x3x2xf32>) outs(%b : tensor<3x2x2xf32>) permutation = [1, 0, 2]
  %cf = tensor.collapse_shape %ct [[0], [1, 2]] : tensor<3x2x2xf32> into tensor<3x4xf32>
  %y = sparsity.linear ins(%cf, %wo : tensor<3x4xf32>, tensor<4x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}
