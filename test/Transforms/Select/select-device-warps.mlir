// RUN: sparse-opt %s --sparsity-select-kernels=target-cpu=sm_80 -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-select-kernels=target-cpu=sm_89 -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-select-kernels=target-cpu=sm_86 -split-input-file --remarks-filter=sparsity 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// On Ampere and Ada products of warps are chosen; tiles grow with the tokens.
// REMARK: 'w' runs on nvsp.mma_gemm at 1 tokens: predicted {{[0-9.]+}} times as fast as cuBLAS's dense product
// REMARK: 'w' runs on nvsp.mma_gemm at 4096 tokens
// CHECK-LABEL: func.func @layer
// CHECK: kernel = #sparsity.by_tokens<[{{[0-9]+}} : #sparsity.kernel<"nvsp.mma_gemm", {blocks = 1 : i64, kb = 128 : i64, {{.*}} ? : #sparsity.kernel<"nvsp.mma_gemm", {blocks = {{[24]}} : i64
func.func @layer(%x: tensor<?x4096xbf16>, %init: tensor<?x4096xbf16>) -> tensor<?x4096xbf16> {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<4096x4096xbf16>
  %y = sparsity.linear ins(%x, %w : tensor<?x4096xbf16>, tensor<4096x4096xbf16>) outs(%init : tensor<?x4096xbf16>) -> tensor<?x4096xbf16>
  return %y : tensor<?x4096xbf16>
}

// -----

// 2:8 implies 2:4.
// CHECK-LABEL: func.func @implied
// CHECK: kernel = {{.*}}"nvsp.mma_gemm"
func.func @implied(%x: tensor<4x64xf16>, %init: tensor<4x64xf16>) -> tensor<4x64xf16> {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:8, dim = 1>] dense<0.0> : tensor<64x64xf16>
  %y = sparsity.linear ins(%x, %w : tensor<4x64xf16>, tensor<64x64xf16>) outs(%init : tensor<4x64xf16>) -> tensor<4x64xf16>
  return %y : tensor<4x64xf16>
}

// -----

// REMARK: no kernel for 'dense': nvsp.wgmma_stream: the target is not sm_90a; nvsp.wgmma_gemm: the target is not sm_90a; nvsp.mma_gemm: the weight is not known to be 2:4 along the inputs
// CHECK-LABEL: func.func @dense
// CHECK-NOT: kernel =
func.func @dense(%x: tensor<4x64xf16>, %init: tensor<4x64xf16>) -> tensor<4x64xf16> {
  %w = sparsity.weight "dense" dense<1.0> : tensor<64x64xf16>
  %y = sparsity.linear ins(%x, %w : tensor<4x64xf16>, tensor<64x64xf16>) outs(%init : tensor<4x64xf16>) -> tensor<4x64xf16>
  return %y : tensor<4x64xf16>
}
