// RUN: %python %S/Inputs/statistics.py %t.safetensors short:4:no-gram full:4 wide:8 nan:4:nan-gram negative:4:negative-gram
// RUN: sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors candidates=2:4 file=%t.json" -split-input-file -verify-diagnostics -o /dev/null

func.func @missing(%x: tensor<8x4xf32>, %y: tensor<8x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+1 {{weight 'missing' cannot be measured: statistics file}}
  %w = sparsity.weight "missing" dense<1.0> : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<8x4xf32>, tensor<2x4xf32>) outs(%y : tensor<8x2xf32>) -> tensor<8x2xf32>
  return %0 : tensor<8x2xf32>
}

// -----

func.func @no_gram(%x: tensor<8x4xf32>, %y: tensor<8x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+1 {{has no Gram matrix for it; collect the statistics with Gram matrices}}
  %w = sparsity.weight "short" dense<1.0> : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<8x4xf32>, tensor<2x4xf32>) outs(%y : tensor<8x2xf32>) -> tensor<8x2xf32>
  return %0 : tensor<8x2xf32>
}

// -----

func.func @other_size(%x: tensor<8x4xf32>, %y: tensor<8x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+1 {{weight 'wide' cannot be measured: statistics file}}
  %w = sparsity.weight "wide" dense<1.0> : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<8x4xf32>, tensor<2x4xf32>) outs(%y : tensor<8x2xf32>) -> tensor<8x2xf32>
  return %0 : tensor<8x2xf32>
}

// -----

func.func @not_finite(%x: tensor<8x4xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  // expected-error@+1 {{weight 'full' holds NaN or infinity and cannot be pruned}}
  %w = sparsity.weight "full" dense<[[0.0, 0x7F800000, 1.0, 2.0]]> : tensor<1x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<8x4xf32>, tensor<1x4xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %0 : tensor<8x1xf32>
}

// -----

func.func @nan(%x: tensor<8x4xf32>, %y: tensor<8x2xf32>) -> tensor<8x2xf32> {
  // expected-error-re@+1 {{weight 'nan' cannot be measured: '{{.*}}': gram holds nan at 1}}
  %w = sparsity.weight "nan" dense<1.0> : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<8x4xf32>, tensor<2x4xf32>) outs(%y : tensor<8x2xf32>) -> tensor<8x2xf32>
  return %0 : tensor<8x2xf32>
}

// -----

func.func @negative(%x: tensor<8x4xf32>, %y: tensor<8x2xf32>) -> tensor<8x2xf32> {
  // expected-error-re@+1 {{weight 'negative' cannot be measured: '{{.*}}': gram holds {{-.*}} for the square of input 0}}
  %w = sparsity.weight "negative" dense<1.0> : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<8x4xf32>, tensor<2x4xf32>) outs(%y : tensor<8x2xf32>) -> tensor<8x2xf32>
  return %0 : tensor<8x2xf32>
}
