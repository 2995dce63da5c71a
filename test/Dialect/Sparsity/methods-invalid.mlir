// RUN: sparse-opt %s -split-input-file -verify-diagnostics

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{scores of different layers are not comparable, since their inputs differ; use scope row or layer}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.wanda<scope = global>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{refit has to be at least 0, got -1}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.wanda<refit = -1>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{power lies in [0, 1], got 1.5}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.ria<power = 1.5>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{iterations has to be at least 1, got 0}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.dsnot<iterations = 0>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{threshold must not be negative}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.dsnot<threshold = -1.0>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{block_size has to be at least 1, got 0}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.sparsegpt<block_size = 0>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{damping lies in [0, 1], got 2.0}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.sparsegpt<damping = 2.0>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{gradual has to be at least 1, got 0}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.admm<gradual = 0>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{scores of different layers are not comparable}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.alps<scope = global>} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{sparsity contradicts pattern #sparsity.nm<2:4>}}
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, sparsity = 0.5, method = #sparsity.alps} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{pattern #sparsity.unstructured needs a sparsity, the fraction of zeros}}
  %0 = sparsity.prune %w {pattern = #sparsity.unstructured, method = #sparsity.admm} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{slices do not compete within a row; use scope layer}}
  %0 = sparsity.prune %w {pattern = #sparsity.slice<dim = 0>, sparsity = 0.5, method = #sparsity.wanda} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{sparsegpt decides column by column and cannot weigh whole slices against each other; use admm, alps or wanda}}
  %0 = sparsity.prune %w {pattern = #sparsity.slice<dim = 0>, sparsity = 0.5, method = #sparsity.sparsegpt} : tensor<8x8xf32>
  return
}

// -----

func.func @f(%w: tensor<8x8xf32>) {
  // expected-error@+1 {{dsnot exchanges single values, which breaks pattern #sparsity.block<4x1>; it is defined for N:M and unstructured}}
  %0 = sparsity.prune %w {pattern = #sparsity.block<4x1>, sparsity = 0.5, method = #sparsity.dsnot} : tensor<8x8xf32>
  return
}
