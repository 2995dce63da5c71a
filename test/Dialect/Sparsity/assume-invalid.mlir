// RUN: sparse-opt %s --split-input-file --verify-diagnostics

func.func @no_dim(%v: tensor<4x8xf32>) {
  // expected-error @+1 {{pattern has to be N:M with a dim, got #sparsity.nm<2:4>}}
  %c = sparsity.assume %v {pattern = #sparsity.nm<2:4>} : tensor<4x8xf32>
  return
}

// -----

func.func @no_count(%v: tensor<4x8xf32>) {
  // expected-error @+1 {{pattern has to be N:M with a dim, got #sparsity.block<2x2>}}
  %c = sparsity.assume %v {pattern = #sparsity.block<2x2>} : tensor<4x8xf32>
  return
}

// -----

func.func @no_such_dim(%v: tensor<4x8xf32>) {
  // expected-error @+1 {{dim}}
  %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 2>} : tensor<4x8xf32>
  return
}

// -----

func.func @no_zero(%v: tensor<4x8xindex>) {
  // expected-error @+1 {{has elements that are never zero: 'index'}}
  %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<4x8xindex>
  return
}
