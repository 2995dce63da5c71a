// RUN: sparse-opt %s --sparsity-pack-weights="target-cpu=znver4" -split-input-file -verify-diagnostics

func.func @unknown(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  // expected-error@+1 {{unknown kernel family 'cpu.magic'}}
  %0 = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) kernel = #sparsity.kernel<"cpu.magic"> -> tensor<32x16xf32>
  return %0 : tensor<32x16xf32>
}

// -----

func.func @params(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  // expected-error@+1 {{kernel family 'cpu.dense' has no layout for parameters {tile = 3 : i64}}}
  %0 = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) kernel = #sparsity.kernel<"cpu.dense", {tile = 3 : i64}> -> tensor<32x16xf32>
  return %0 : tensor<32x16xf32>
}
