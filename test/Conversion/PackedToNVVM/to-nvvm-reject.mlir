// RUN: sparse-opt %s --sparsity-to-nvvm -split-input-file -verify-diagnostics
// RUN: echo "" | not sparse-opt --sparsity-to-nvvm=target=znver4 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: echo "" | not sparse-opt --sparsity-to-nvvm=target=sm_75 2>&1 | FileCheck %s --check-prefix=OLD

// CPU: target 'znver4' is not a device
// OLD: there are no kernels for device 'sm_75'

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @cpu_kernel(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  // expected-error@+1 {{kernel 'cpu.dense' runs on a CPU, but the target is sm_90a}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @unknown(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  // expected-error@+1 {{unknown kernel family 'nvsp.magic'}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"nvsp.magic">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @layout(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant dense<0> : tensor<512xi8> -> !W
  // expected-error@+1 {{kernel 'nvsp.wgmma_stream' reads layout 'wgmma_sp', but the weight has 'dense_panel'}}
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"nvsp.wgmma_stream">
  return
}

// -----

!W = !packed.weight<64x64xbf16, "wgmma_sp">
func.func @bytes(%x: memref<8x64xbf16>, %y: memref<8x64xbf16>) {
  // expected-error@+1 {{packed data is not a 'wgmma_sp' weight of this shape and type}}
  %p = packed.constant dense<0> : tensor<4608xi8> -> !W
  packed.linear ins(%x, %p : memref<8x64xbf16>, !W) outs(%y : memref<8x64xbf16>) kernel = #sparsity.kernel<"nvsp.wgmma_stream">
  return
}

// -----

!W = !packed.weight<64x64xbf16, "wgmma_sp">
func.func @argument(%x: memref<8x64xbf16>, %p: !W, %y: memref<8x64xbf16>) {
  // expected-error@+1 {{weight is not a packed.constant}}
  packed.linear ins(%x, %p : memref<8x64xbf16>, !W) outs(%y : memref<8x64xbf16>) kernel = #sparsity.kernel<"nvsp.wgmma_stream">
  return
}

// -----

!W = !packed.weight<64x64xbf16, "wgmma_sp">
func.func @not_a_kernel(%x: memref<8x64xbf16>, %p: !W, %y: memref<8x64xbf16>) {
  // expected-error@+1 {{kernel is neither a kernel nor a choice by tokens}}
  packed.linear ins(%x, %p : memref<8x64xbf16>, !W) outs(%y : memref<8x64xbf16>) kernel = 3
  return
}
