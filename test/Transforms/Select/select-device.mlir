// RUN: sparse-opt %s --sparsity-select-kernels=target-cpu=sm_90a -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-select-kernels=target-cpu=sm_90a -split-input-file --remarks-filter=sparsity 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// RUN: sparse-opt %s "--sparsity-select-kernels=target-cpu=sm_90a family=cpu.dense" -split-input-file | FileCheck %s --check-prefix=DENSE
// RUN: sparse-opt %s "--sparsity-select-kernels=target-cpu=sm_90a family=cpu.dense" -split-input-file --remarks-filter=sparsity 2>&1 >/dev/null | FileCheck %s --check-prefix=WHY

// A dense layer stays a plain contraction: dense kernels run on CPUs.
// DENSE-NOT: kernel =
// WHY: no kernel for 'w': cpu.dense runs on CPUs

// On a device only its kernels are compared: weights are streamed for few tokens,
// and larger tiles of tokens follow.
// REMARK: 'w' runs on nvsp.wgmma_stream at 1 tokens: predicted 1.{{[0-9]+}} times as fast as cuBLAS's dense product; no dense kernels are generated for the target
// REMARK: 'w' runs on nvsp.wgmma_gemm at 4096 tokens
// CHECK-LABEL: func.func @layer
// CHECK: kernel = #sparsity.by_tokens<[8 : #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 512 : i64, stages = 4 : i64, tokens = 8 : i64}>, 16 : #sparsity.kernel<"nvsp.wgmma_stream", {{.*}} ? : #sparsity.kernel<"nvsp.wgmma_gemm",
func.func @layer(%x: tensor<?x4096xbf16>, %init: tensor<?x4096xbf16>) -> tensor<?x4096xbf16> {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<4096x4096xbf16>
  %y = sparsity.linear ins(%x, %w : tensor<?x4096xbf16>, tensor<4096x4096xbf16>) outs(%init : tensor<?x4096xbf16>) -> tensor<?x4096xbf16>
  return %y : tensor<?x4096xbf16>
}

// -----

// Products of warps serve what products of warpgroups cannot.
// REMARK: 'odd' runs on nvsp.mma_gemm at 1 tokens: predicted {{[0-9.]+}} times as fast as cuBLAS's dense product
// CHECK-LABEL: func.func @odd
// CHECK: kernel = {{.*}}"nvsp.mma_gemm"
func.func @odd(%x: tensor<?x40xbf16>, %init: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %w = sparsity.weight "odd" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x40xbf16>
  %y = sparsity.linear ins(%x, %w : tensor<?x40xbf16>, tensor<64x40xbf16>) outs(%init : tensor<?x64xbf16>) -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}

// -----

// REMARK: no kernel for 'short': nvsp.wgmma_stream: the number of inputs is not a multiple of 64; nvsp.wgmma_gemm: the number of inputs is not a multiple of 64; nvsp.mma_gemm: the number of inputs is not a multiple of 8
// CHECK-LABEL: func.func @short
// CHECK: sparsity.linear
// CHECK-NOT: kernel =
func.func @short(%x: tensor<?x44xbf16>, %init: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %w = sparsity.weight "short" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x44xbf16>
  %y = sparsity.linear ins(%x, %w : tensor<?x44xbf16>, tensor<64x44xbf16>) outs(%init : tensor<?x64xbf16>) -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}
