// RUN: sparse-opt %s --sparsity-verify-patterns -split-input-file -verify-diagnostics

func.func @violated() -> tensor<2x8xf32> {
  // expected-error@+3 {{weight 'up' violates #sparsity.nm<2:4, dim = 1> in 1 of 4 groups}}
  // expected-note@+2 {{row 1, group 1, at [1, 4]: 0.5, -2, -0, 1e-30}}
  // expected-note@+1 {{groups by nonzeros: 2 with 0, 1 with 2, 1 with 3}}
  %w = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.5, -2.0, -0.0, 1.0e-30]]> : tensor<2x8xf32>
  return %w : tensor<2x8xf32>
}

// -----

// NaN is no zero, and a second claim is checked although the first one fails.
func.func @two_claims() -> tensor<4x1xf16> {
  // expected-error@+6 {{weight 'up' violates #sparsity.nm<1:4, dim = 0> in 1 of 1 groups}}
  // expected-note@+5 {{row 0, group 0, at [0, 0]: 1, nan, 0, 0}}
  // expected-note@+4 {{groups by nonzeros: 1 with 2}}
  // expected-error@+3 {{weight 'up' violates #sparsity.nm<1:2, dim = 0> in 1 of 2 groups}}
  // expected-note@+2 {{row 0, group 0, at [0, 0]: 1, nan}}
  // expected-note@+1 {{groups by nonzeros: 1 with 0, 1 with 2}}
  %w = sparsity.weight "up" pattern [#sparsity.nm<1:2, dim = 0>, #sparsity.nm<1:4, dim = 0>] dense<[[1.0], [0x7E00], [0.0], [0.0]]> : tensor<4x1xf16>
  return %w : tensor<4x1xf16>
}

// -----

func.func @missing_resource() -> tensor<2x2xf32> {
  // expected-error@+1 {{weight 'up' refers to resource 'absent', which has no data}}
  %w = sparsity.weight "up" dense_resource<absent> pattern [#sparsity.nm<1:2, dim = 1>] : tensor<2x2xf32>
  return %w : tensor<2x2xf32>
}
