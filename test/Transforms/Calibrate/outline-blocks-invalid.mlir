// RUN: sparse-opt %s '--sparsity-outline-blocks=blocks=layer\.([0-9]+)\.' -split-input-file -verify-diagnostics
// RUN: not sparse-opt %s '--sparsity-outline-blocks=blocks=(' 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not sparse-opt %s '--sparsity-outline-blocks' 2>&1 | FileCheck %s --check-prefix=EMPTY

// REGEX: error: blocks: '(' is no regular expression
// EMPTY: error: blocks: '' is no regular expression

// expected-error @below {{matches no weight of a linear}}
module {
  func.func @none() {
    %w = sparsity.weight "layer.0.w" dense<1.0> : tensor<4x4xf32>
    return
  }
}

// -----

// expected-error @below {{blocks '0' and '1' interleave; they cannot be pruned one after the other}}
func.func @interleave(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w0 = sparsity.weight "layer.0.w" dense<1.0> : tensor<4x4xf32>
  %w1 = sparsity.weight "layer.1.w" dense<1.0> : tensor<4x4xf32>
  %init = tensor.empty() : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w0 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = sparsity.linear ins(%0, %w1 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = sparsity.linear ins(%1, %w0 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----

func.func @dynamic(
    // expected-error @below {{a value of type 'tensor<?x4xf32>' crosses into stage 'before'; only tensors of static shape may}}
    %x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w0 = sparsity.weight "layer.0.w" dense<1.0> : tensor<4x4xf32>
  %0 = sparsity.linear ins(%x, %w0 : tensor<?x4xf32>, tensor<4x4xf32>) outs(%x : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @shared(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w0 = sparsity.weight "layer.0.w" dense<1.0> : tensor<4x4xf32>
  %w1 = sparsity.weight "layer.1.w" dense<1.0> : tensor<4x4xf32>
  %tied = sparsity.weight "tied" dense<1.0> : tensor<4x4xf32>
  // expected-error @below {{is on a weight of stages '0' and 'after'; it cannot be pruned in both}}
  %p = sparsity.prune %tied {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<4x4xf32>
  %init = tensor.empty() : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %w0 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = sparsity.linear ins(%0, %p : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = sparsity.linear ins(%1, %w0 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = sparsity.linear ins(%2, %w1 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = sparsity.linear ins(%3, %p : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %4 : tensor<2x4xf32>
}
