// RUN: mlir-opt %s --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext -split-input-file -verify-diagnostics

// Verifiers run in the stock tool.
func.func @pattern_does_not_hold() {
  // expected-error@+1 {{pattern along dim 7 does not fit a tensor of rank 2}}
  %w = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 7>] dense<1.0> : tensor<1x4xf32>
  return
}
