// RUN: sparse-opt %s --sparsity-prune -split-input-file -verify-diagnostics

func.func @nan() -> tensor<2x2xf32> {
  // expected-error@+1 {{weight 'up' holds nan at [1, 0]; a weight with NaN or infinity cannot be pruned}}
  %w = sparsity.weight "up" dense<[[1.0, 2.0], [0x7FC00000, 0xFF800000]]> : tensor<2x2xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2, dim = 1>, method = #sparsity.magnitude} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}

// -----

func.func @infinity_in_global_scope() -> (tensor<2xf32>, tensor<2xbf16>) {
  %v = sparsity.weight "up" dense<[1.0, 2.0]> : tensor<2xf32>
  // expected-error@+1 {{weight 'down' holds -inf at [1]}}
  %w = sparsity.weight "down" dense<[1.0, 0xFF80]> : tensor<2xbf16>
  %p = sparsity.prune %v {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = global>} : tensor<2xf32>
  %q = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = global>} : tensor<2xbf16>
  return %p, %q : tensor<2xf32>, tensor<2xbf16>
}

// -----

func.func @no_weight(%w: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // expected-error@+1 {{prunes a value that is no sparsity.weight}}
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2, dim = 1>, method = #sparsity.magnitude} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}

// -----

func.func @no_use() -> tensor<2x2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x2xf32>
  // expected-error@+1 {{pattern #sparsity.nm<1:2> needs a dim: no contraction uses weight 'up'}}
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2>, method = #sparsity.magnitude} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}

// -----

func.func @uses_disagree(%x: tensor<?x2xf32>, %y: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x2xf32>
  // expected-error@+1 {{there is not one dim that all uses contract of weight 'up'}}
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2>, method = #sparsity.magnitude} : tensor<2x2xf32>
  %r = sparsity.linear ins(%x, %p : tensor<?x2xf32>, tensor<2x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %s = linalg.matmul ins(%x, %p : tensor<?x2xf32>, tensor<2x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r, %s : tensor<?x2xf32>, tensor<?x2xf32>
}

// -----

func.func @slices_in_rows() -> tensor<2x2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x2xf32>
  // expected-error@+1 {{slices do not compete within a row; use scope layer or global}}
  %p = sparsity.prune %w {pattern = #sparsity.slice<dim = 0>, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = row>} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}

// -----

func.func @missing_resource() -> tensor<2x2xf32> {
  // expected-error@+1 {{weight 'up' refers to resource 'absent', which has no data}}
  %w = sparsity.weight "up" dense_resource<absent> : tensor<2x2xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2, dim = 1>, method = #sparsity.magnitude} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}

// -----

func.func @short_resource() -> tensor<2x2xf32> {
  // expected-error@+1 {{weight 'up' needs 16 bytes, but resource 'short' has 8}}
  %w = sparsity.weight "up" dense_resource<short> : tensor<2x2xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2, dim = 1>, method = #sparsity.magnitude} : tensor<2x2xf32>
  return %p : tensor<2x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F00000040"
    }
  }
#-}
