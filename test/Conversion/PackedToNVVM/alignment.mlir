// RUN: sparse-opt %s --sparsity-pack-weights=target-cpu=sm_90a --sparsity-to-nvvm=target=sm_90a -split-input-file | FileCheck %s

// A kernel reads and writes words of 16 bytes: what its type puts elsewhere goes through a copy.

#stream8 = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 64 : i64, stages = 8 : i64, tokens = 8 : i64}>

// CHECK-LABEL: func.func @aligned(
// CHECK-NOT: memref.copy
// CHECK: gpu.launch_func
// CHECK-NOT: memref.copy
// CHECK: return
func.func @aligned(%x: memref<4x64xf16, strided<[64, 1], offset: 8>>, %y: memref<4x64xf16, strided<[64, 1], offset: 16>>) {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x64xf16>
  sparsity.linear ins(%x, %w : memref<4x64xf16, strided<[64, 1], offset: 8>>, tensor<64x64xf16>) outs(%y : memref<4x64xf16, strided<[64, 1], offset: 16>>) kernel = #stream8
  return
}

// -----

#stream8 = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 64 : i64, stages = 8 : i64, tokens = 8 : i64}>

// CHECK-LABEL: func.func @misaligned(
// CHECK-SAME: %[[X:.*]]: memref<4x64xf16, strided<[64, 1], offset: 4>>, %[[Y:.*]]: memref<4x64xf16, strided<[64, 1], offset: ?>>)
// CHECK: %[[YCOPY:.*]] = memref.alloc() {{.*}}: memref<4x64xf16>
// CHECK: %[[XCOPY:.*]] = memref.alloc() {{.*}}: memref<4x64xf16>
// CHECK: memref.copy %[[X]], %[[XCOPY]]
// CHECK: gpu.launch_func
// CHECK: memref.copy %[[YCOPY]], %[[Y]]
func.func @misaligned(%x: memref<4x64xf16, strided<[64, 1], offset: 4>>, %y: memref<4x64xf16, strided<[64, 1], offset: ?>>) {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x64xf16>
  sparsity.linear ins(%x, %w : memref<4x64xf16, strided<[64, 1], offset: 4>>, tensor<64x64xf16>) outs(%y : memref<4x64xf16, strided<[64, 1], offset: ?>>) kernel = #stream8
  return
}
