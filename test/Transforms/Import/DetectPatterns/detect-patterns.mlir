// RUN: sparse-opt %s --sparsity-detect-patterns -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-detect-patterns --mlir-disable-threading -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-detect-patterns -split-input-file --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Along the contracted dim, which is dim 0 in the matmul.
// REMARK: [Passed] detect-patterns | Category:sparsity | Remark="weight 'up' has #sparsity.nm<2:4, dim = 1>: 50.0 % zeros"
// REMARK: Remark="weight 'down' has #sparsity.nm<1:2, dim = 0>, #sparsity.slice<dim = 0>: 50.0 % zeros"
// CHECK-LABEL: func.func @along_contraction
// CHECK: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense
// CHECK: sparsity.weight "down" pattern [#sparsity.nm<1:2, dim = 0>, #sparsity.slice<dim = 0>] dense
func.func @along_contraction(%x: tensor<?x4xf32>, %y: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = sparsity.weight "up" dense<[[1.0, 2.0, 0.0, -0.0], [0.0, 3.0, 0.0, 4.0]]> : tensor<2x4xf32>
  %v = sparsity.weight "down" dense<[[1.0, 2.0], [0.0, 0.0], [0.0, 0.0], [5.0, 6.0]]> : tensor<4x2xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %s = linalg.matmul ins(%x, %v : tensor<?x4xf32>, tensor<4x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r, %s : tensor<?x2xf32>, tensor<?x2xf32>
}

// -----

// REMARK: [Missed] detect-patterns | Category:sparsity | Remark="weight 'dense' is dense: 12.5 % zeros"
// REMARK: [Missed] detect-patterns | Category:sparsity | Remark="weight 'empty' is dense: 0.0 % zeros"
// CHECK-LABEL: func.func @dense
// CHECK: sparsity.weight "dense" dense
// CHECK: sparsity.weight "empty" dense
func.func @dense() -> (tensor<8xi8>, tensor<0x4xf32>) {
  %w = sparsity.weight "dense" dense<[1, 2, 3, 0, 5, 6, 7, 8]> : tensor<8xi8>
  %e = sparsity.weight "empty" dense<> : tensor<0x4xf32>
  return %w, %e : tensor<8xi8>, tensor<0x4xf32>
}

// -----

// Dead rows, an all-zero block of four, zeros without a shape; a claim that is
// there is kept.
// CHECK-LABEL: func.func @others
// CHECK: sparsity.weight "rows" pattern [#sparsity.slice<dim = 0>] dense
// CHECK: sparsity.weight "blocks" pattern [#sparsity.block<4x1>] dense
// CHECK: sparsity.weight "any" pattern [#sparsity.unstructured] dense
// CHECK: sparsity.weight "claimed" pattern [#sparsity.nm<3:4, dim = 0>, #sparsity.nm<1:2, dim = 1>] dense
func.func @others() -> (tensor<2x2xf32>, tensor<2x4x3xf32>, tensor<2x3xf16>, tensor<4x2xf32>) {
  %a = sparsity.weight "rows" dense<[[0.0, 0.0], [1.0, 9.0]]> : tensor<2x2xf32>
  %b = sparsity.weight "blocks" dense<[
    [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]],
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]]> : tensor<2x4x3xf32>
  %c = sparsity.weight "any" dense<[[0.0, 1.0, 2.0], [1.0, 3.0, 0.0]]> : tensor<2x3xf16>
  %d = sparsity.weight "claimed" pattern [#sparsity.nm<3:4, dim = 0>] dense<[[0.0, 1.0], [0.0, 1.0], [0.0, 0.0], [0.0, 1.0]]> : tensor<4x2xf32>
  return %a, %b, %c, %d : tensor<2x2xf32>, tensor<2x4x3xf32>, tensor<2x3xf16>, tensor<4x2xf32>
}
