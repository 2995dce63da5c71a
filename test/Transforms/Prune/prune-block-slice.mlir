// RUN: sparse-opt %s --sparsity-prune -split-input-file | FileCheck %s

// The sums of the blocks are 7 and 5, the roots of their squares 5 and 5.
// CHECK-LABEL: func.func @norms
// CHECK-DAG{LITERAL}: "l1" pattern [#sparsity.block<1x2>] dense<[[3.000000e+00, 4.000000e+00, 0.000000e+00, 0.000000e+00]]>
// CHECK-DAG{LITERAL}: "l2" pattern [#sparsity.block<1x2>] dense<[[0.000000e+00, 0.000000e+00, 0.000000e+00, 6.000000e+00]]>
func.func @norms() -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %a = sparsity.weight "l1" dense<[[3.0, 4.0, 0.0, 5.0]]> : tensor<1x4xf32>
  %b = sparsity.weight "l2" dense<[[3.0, 4.0, 0.0, 6.0]]> : tensor<1x4xf32>
  %pa = sparsity.prune %a {pattern = #sparsity.block<1x2>, sparsity = 0.5 : f64, method = #sparsity.magnitude<norm = l1>} : tensor<1x4xf32>
  %pb = sparsity.prune %b {pattern = #sparsity.block<1x2>, sparsity = 0.5 : f64, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %pa, %pb : tensor<1x4xf32>, tensor<1x4xf32>
}

// -----

// Blocks at the border are cut: the last column is a block of one.
// CHECK-LABEL: func.func @cut_block
// CHECK{LITERAL}: dense<[[1.000000e+00, 1.000000e+00, 0.000000e+00], [1.000000e+00, 1.000000e+00, 0.000000e+00]]>
func.func @cut_block() -> tensor<2x3xf32> {
  %w = sparsity.weight "up" dense<[[1.0, 1.0, 1.5], [1.0, 1.0, 0.5]]> : tensor<2x3xf32>
  %p = sparsity.prune %w {pattern = #sparsity.block<2x2>, sparsity = 0.5 : f64, method = #sparsity.magnitude} : tensor<2x3xf32>
  return %p : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: func.func @slices
// CHECK-DAG{LITERAL}: "rows" pattern [#sparsity.slice<dim = 0>] dense<[[0.000000e+00, 0.000000e+00], [1.000000e+00, 9.000000e+00]]>
// CHECK-DAG{LITERAL}: "columns" pattern [#sparsity.slice<dim = 1>] dense<[[0.000000e+00, 3.000000e+00], [0.000000e+00, 9.000000e+00]]>
func.func @slices() -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %a = sparsity.weight "rows" dense<[[2.0, 3.0], [1.0, 9.0]]> : tensor<2x2xf32>
  %b = sparsity.weight "columns" dense<[[2.0, 3.0], [1.0, 9.0]]> : tensor<2x2xf32>
  %pa = sparsity.prune %a {pattern = #sparsity.slice<dim = 0>, sparsity = 0.5 : f64, method = #sparsity.magnitude} : tensor<2x2xf32>
  %pb = sparsity.prune %b {pattern = #sparsity.slice<dim = 1>, sparsity = 0.5 : f64, method = #sparsity.magnitude} : tensor<2x2xf32>
  return %pa, %pb : tensor<2x2xf32>, tensor<2x2xf32>
}
