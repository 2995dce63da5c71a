// RUN: sparse-opt %s --sparsity-verify-patterns -split-input-file -verify-diagnostics
// RUN: sparse-opt %s --sparsity-verify-patterns -split-input-file --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s

// The tail group of two may have two nonzeros; -0.0 is a zero.
// CHECK: Remark="weight 'up' has #sparsity.nm<2:4, dim = 1> in all 2 groups"
func.func @holds() -> tensor<1x6xf32> {
  %w = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[1.0, -0.0, 0.0, 2.0, 5.0, 6.0]]> : tensor<1x6xf32>
  return %w : tensor<1x6xf32>
}

// -----

// CHECK: Remark="weight 'up' has #sparsity.block<2x2> in all 2 groups"
func.func @not_violable() -> tensor<2x4xi8> {
  %w = sparsity.weight "up" pattern [#sparsity.block<2x2>] dense<[[1, 0, 0, 0], [3, 1, 0, 0]]> : tensor<2x4xi8>
  return %w : tensor<2x4xi8>
}

// -----

func.func @no_claim() -> tensor<2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2xf32>
  return %w : tensor<2xf32>
}
