// RUN: sparse-opt %s --sparsity-to-cpu="target-cpu=znver4" -split-input-file -verify-diagnostics
// RUN: echo "" | not sparse-opt --sparsity-to-cpu="threading=fibers" 2>&1 | FileCheck %s

// CHECK: threading is 'omp' or 'none', not 'fibers'

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @unknown(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  // expected-error@+1 {{unknown kernel family 'cpu.magic'}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.magic">
  return
}

// -----

!W = !packed.weight<2x4xf32, "nm_permute", {lanes = 16 : i64, n = 2 : i64}>
func.func @layout(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant dense<0> : tensor<192xi8> -> !W
  // expected-error@+1 {{kernel 'cpu.dense' reads layout 'dense_panel', but the weight has 'nm_permute'}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "other">
func.func @unknown_layout(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  // expected-error@+1 {{unknown layout 'other'}}
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @not_constant(%x: memref<3x4xf32>, %p: !W, %y: memref<3x2xf32>) {
  // expected-error@+1 {{weight is not a packed.constant}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @leftover(%w: tensor<2x4xf32>) {
  // expected-error@+1 {{is left for run time; weights are packed by sparsity-pack-weights}}
  %p = packed.pack %w : tensor<2x4xf32> -> !W
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @not_a_kernel(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  // expected-error@+1 {{kernel is neither a kernel nor a choice by tokens}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = "cpu.dense"
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @short(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  // expected-error@+1 {{packed data is not a 'dense_panel' weight of this shape and type}}
  %p = packed.constant dense<0> : tensor<511xi8> -> !W
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {panel = 32 : i64}>
func.func @layout_parameter(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  // expected-error@+1 {{missing parameter 'width'}}
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}
