// RUN: sparse-opt %s --sparsity-select-kernels="target-cpu=znver4" -split-input-file -verify-diagnostics
// RUN: not sparse-opt %s --sparsity-select-kernels="target-cpu=nosuchcpu" 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not sparse-opt %s --sparsity-select-kernels="family=cpu.nosuch" 2>&1 | FileCheck %s --check-prefix=FAMILY

// CPU: nosuchcpu
// FAMILY: unknown kernel family 'cpu.nosuch'

func.func @unknown_family(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  // expected-error@+1 {{unknown kernel family 'cpu.magic'}}
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) kernel = #sparsity.kernel<"cpu.magic"> -> tensor<32x16xf32>
  return %r : tensor<32x16xf32>
}

// -----

func.func @cannot_serve(%x: tensor<32x64xf64>, %y: tensor<32x16xf64>) -> tensor<32x16xf64> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf64>
  // expected-error@+1 {{cannot run on 'cpu.dense'}}
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf64>, tensor<16x64xf64>) outs(%y : tensor<32x16xf64>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<32x16xf64>
  return %r : tensor<32x16xf64>
}

// -----

func.func @not_a_kernel(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  // expected-error@+1 {{kernel is neither a kernel nor a choice by tokens}}
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) kernel = "cpu.dense" -> tensor<32x16xf32>
  return %r : tensor<32x16xf32>
}

// -----

func.func @no_data(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  // expected-error@+1 {{refers to resource 'missing', which has no data}}
  %w = sparsity.weight "up" dense_resource<missing> : tensor<16x64xf32>
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) -> tensor<32x16xf32>
  return %r : tensor<32x16xf32>
}
