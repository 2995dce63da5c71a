// RUN: sparse-opt %s --sparsity-prune -split-input-file | FileCheck %s

// A request on a pruned weight: the first pattern still holds, and makes the
// second one, which it implies, superfluous.
// CHECK-LABEL: func.func @chain
// CHECK: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>]
// CHECK-SAME{LITERAL}: dense<[[0.000000e+00, 0.000000e+00, 0.000000e+00, 4.000000e+00]]>
// CHECK-NOT: sparsity.weight
func.func @chain() -> tensor<1x4xf32> {
  %w = sparsity.weight "up" dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
  %a = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  %b = sparsity.prune %a {pattern = #sparsity.unstructured, sparsity = 0.75 : f64, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %b : tensor<1x4xf32>
}

// -----

// A claim that the new pattern implies goes; 1:4 makes 2:4 true.
// CHECK-LABEL: func.func @implied
// CHECK: sparsity.weight "up" pattern [#sparsity.nm<1:4, dim = 1>] dense
func.func @implied() -> tensor<1x4xf32> {
  %w = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[1.0, 0.0, 3.0, 0.0]]> : tensor<1x4xf32>
  %a = sparsity.prune %w {pattern = #sparsity.nm<1:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %a : tensor<1x4xf32>
}

// -----

// Two equal requests on one weight share the result, and another use keeps the
// dense values.
// CHECK-LABEL: func.func @shared
// CHECK-DAG: %[[DENSE:.*]] = sparsity.weight "up" dense<
// CHECK-DAG: %[[PRUNED:.*]] = sparsity.weight "up.pruned" pattern
// CHECK-NOT: sparsity.weight
// CHECK: return %[[PRUNED]], %[[PRUNED]], %[[DENSE]]
func.func @shared() -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) {
  %w = sparsity.weight "up" dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
  %a = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  %b = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %a, %b, %w : tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>
}
