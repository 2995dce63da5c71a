// RUN: sparse-opt %s | sparse-opt | FileCheck %s
// RUN: sparse-opt %s --emit-bytecode | sparse-opt | FileCheck %s

// Defaults are not printed.
// CHECK-LABEL: @defaults
func.func @defaults(%w: tensor<8x8xf32>) {
  // CHECK: method = #sparsity.wanda, pattern
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.wanda<scope = row, norm = l2, refit = 0>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.ria, pattern
  %1 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.ria<power = 0.5>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.dsnot, pattern
  %2 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.dsnot<threshold = 1.0e-1>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.sparsegpt, pattern
  %3 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.sparsegpt<block_size = 128, damping = 0.01>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.admm, pattern
  %4 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.admm<iterations = 20>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.alps, pattern
  %5 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.alps<scope = layer>} : tensor<8x8xf32>
  return
}

// CHECK-LABEL: @parameters
func.func @parameters(%w: tensor<8x8xf32>) {
  // CHECK: #sparsity.wanda<scope = layer, norm = l1, refit = 10>
  %0 = sparsity.prune %w {pattern = #sparsity.slice<dim = 0>, sparsity = 0.5, method = #sparsity.wanda<scope = layer, norm = l1, refit = 10>} : tensor<8x8xf32>
  // CHECK: #sparsity.ria<power = 1.000000e+00, scope = layer, norm = l1>
  %1 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.ria<power = 1.0, scope = layer, norm = l1>} : tensor<8x8xf32>
  // CHECK: #sparsity.dsnot<iterations = 7, threshold = 0.000000e+00, refit = 1>
  %2 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.dsnot<iterations = 7, threshold = 0.0, refit = 1>} : tensor<8x8xf32>
  // CHECK: #sparsity.sparsegpt<block_size = 64, damping = 1.000000e-01, scope = row, refit = 2>
  %3 = sparsity.prune %w {pattern = #sparsity.block<4x1>, sparsity = 0.5, method = #sparsity.sparsegpt<block_size = 64, damping = 0.1, scope = row, refit = 2>} : tensor<8x8xf32>
  // CHECK: #sparsity.admm<iterations = 9, gradual = 1, damping = 5.000000e-01, scope = row, refit = 3>
  %4 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.admm<iterations = 9, gradual = 1, damping = 0.5, scope = row, refit = 3>} : tensor<8x8xf32>
  // CHECK: #sparsity.alps<iterations = 50, damping = 0.000000e+00, scope = row>
  %5 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.alps<iterations = 50, damping = 0.0, scope = row>} : tensor<8x8xf32>
  return
}
