// RUN: sparse-opt %s -split-input-file -verify-diagnostics

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{sparsity contradicts pattern #sparsity.nm<2:4>, which fixes the number of zeros itself}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, sparsity = 0.5 : f64, method = #sparsity.magnitude} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{pattern #sparsity.unstructured needs a sparsity, the fraction of zeros}}
  %0 = sparsity.prune %w {pattern = #sparsity.unstructured, method = #sparsity.magnitude} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{sparsity is a fraction in [0, 1), got 1.0}}
  %0 = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 1.0 : f64, method = #sparsity.magnitude} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{threshold is defined for unstructured patterns, not #sparsity.block<4x1>}}
  %0 = sparsity.prune %w {pattern = #sparsity.block<4x1>, method = #sparsity.threshold<absolute = 0.5>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{threshold finds the number of zeros itself; sparsity must not be given}}
  %0 = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 0.5 : f64, method = #sparsity.threshold<absolute = 0.5>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{pattern along dim 2 does not fit a tensor of rank 2}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 2>, method = #sparsity.magnitude} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{failed to satisfy constraint: a pruning method}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = "magnitude"} : tensor<8x8xf32>
  return
}
