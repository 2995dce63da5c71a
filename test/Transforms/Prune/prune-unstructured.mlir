// RUN: sparse-opt %s --sparsity-prune -split-input-file | FileCheck %s

// Each row loses half of its own values.
// CHECK-LABEL: func.func @row
// CHECK: pattern [#sparsity.unstructured]
// CHECK-SAME{LITERAL}: dense<[[0.000000e+00, 2.000000e+00], [0.000000e+00, 9.000000e+00]]>
func.func @row() -> tensor<2x2xf32> {
  %w = sparsity.weight "up" dense<[[1.0, 2.0], [8.0, 9.0]]> : tensor<2x2xf32>
  %p = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = row>} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}

// -----

// The weight loses half of its values; three zeros that are there count.
// CHECK-LABEL: func.func @layer
// CHECK{LITERAL}: dense<[[0.000000e+00, 0.000000e+00, 0.000000e+00], [0.000000e+00, 8.000000e+00, 9.000000e+00]]>
func.func @layer() -> tensor<2x3xf32> {
  %w = sparsity.weight "up" dense<[[0.0, -0.0, 0.0], [7.0, 8.0, 9.0]]> : tensor<2x3xf32>
  %p = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 0.67 : f64, method = #sparsity.magnitude} : tensor<2x3xf32>
  return %p : tensor<2x3xf32>
}

// -----

// All weights with the same request compete; another request does not join.
// CHECK-LABEL: func.func @global
// CHECK-DAG{LITERAL}: sparsity.weight "small" pattern [#sparsity.unstructured] dense<0.000000e+00> : tensor<2xf32>
// CHECK-DAG{LITERAL}: sparsity.weight "large" pattern [#sparsity.unstructured] dense<[8.000000e+00, 9.000000e+00]> : tensor<2xf16>
// CHECK-DAG{LITERAL}: sparsity.weight "apart" pattern [#sparsity.unstructured] dense<[0.000000e+00, 2.000000e-01]> : tensor<2xf64>
func.func @global() -> (tensor<2xf32>, tensor<2xf16>, tensor<2xf64>) {
  %a = sparsity.weight "small" dense<[1.0, 2.0]> : tensor<2xf32>
  %b = sparsity.weight "large" dense<[8.0, 9.0]> : tensor<2xf16>
  %c = sparsity.weight "apart" dense<[0.1, 0.2]> : tensor<2xf64>
  %pa = sparsity.prune %a {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = global>} : tensor<2xf32>
  %pb = sparsity.prune %b {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = global>} : tensor<2xf16>
  %pc = sparsity.prune %c {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.magnitude} : tensor<2xf64>
  return %pa, %pb, %pc : tensor<2xf32>, tensor<2xf16>, tensor<2xf64>
}

// -----

// CHECK-LABEL: func.func @thresholds
// CHECK-DAG{LITERAL}: "absolute" pattern [#sparsity.unstructured] dense<[0.000000e+00, 0.000000e+00, 3.000000e+00, 4.000000e+00]>
// CHECK-DAG{LITERAL}: "quantile" pattern [#sparsity.unstructured] dense<[0.000000e+00, 0.000000e+00, 0.000000e+00, 4.000000e+00]>
// CHECK-DAG{LITERAL}: "stddev" pattern [#sparsity.unstructured] dense<[3.000000e+00, 0.000000e+00, 3.000000e+00, 0.000000e+00]>
func.func @thresholds() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %a = sparsity.weight "absolute" dense<[1.0, -2.0, 3.0, 4.0]> : tensor<4xf32>
  %b = sparsity.weight "quantile" dense<[1.0, -2.0, 3.0, 4.0]> : tensor<4xf32>
  %c = sparsity.weight "stddev" dense<[3.0, -1.0, 3.0, -1.0]> : tensor<4xf32>
  %pa = sparsity.prune %a {pattern = #sparsity.unstructured, method = #sparsity.threshold<absolute = 2.0>} : tensor<4xf32>
  %pb = sparsity.prune %b {pattern = #sparsity.unstructured, method = #sparsity.threshold<quantile = 0.75>} : tensor<4xf32>
  %pc = sparsity.prune %c {pattern = #sparsity.unstructured, method = #sparsity.threshold<stddev = 1.0>} : tensor<4xf32>
  return %pa, %pb, %pc : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
