// RUN: sparse-opt %s --sparsity-permute-channels -split-input-file -verify-diagnostics

func.func @infinity(%x: tensor<8x2xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x2xf32>
  // expected-error@+1 {{weight 'down' holds NaN or infinity and cannot be scored}}
  %d = sparsity.weight "down" dense<[[0x7F800000, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) outs(%h : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1 : tensor<8x1xf32>
}

// -----

func.func @not_a_number(%x: tensor<8x2xf32>, %z: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x2xf32>
  // expected-error@+1 {{weight 'down' holds NaN or infinity and cannot be scored}}
  %d = sparsity.weight "down" dense<[[0x7FC00000, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1 : tensor<8x1xf32>
}
