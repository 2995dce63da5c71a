// RUN: sparse-opt %s --sparsity-pack-weights=target-cpu=sm_90a --sparsity-to-nvvm=target=sm_90a -split-input-file | FileCheck %s

#stream16 = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 256 : i64, stages = 7 : i64, tokens = 16 : i64}>
#stream64 = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 2 : i64, kb = 64 : i64, stages = 5 : i64, tokens = 256 : i64}>

// The launch: blocks of rows and of tokens, a tensor map of the activations, the
// packed weight, the bias, the destination and the number of tokens.
// CHECK: module attributes {gpu.container_module}
// CHECK: memref.global "private" constant @packed_w : memref<147456xi8> = {{.*}} {alignment = 128 : i64}
// CHECK-LABEL: func.func @layer(
// CHECK-SAME: %[[X:.*]]: memref<?x512xbf16>, %[[B:.*]]: memref<256xf32>, %[[Y:.*]]: memref<?x256xbf16>)
// CHECK: memref.extract_aligned_pointer_as_index %[[X]]
// CHECK: %[[XP:.*]] = llvm.inttoptr
// CHECK: memref.get_global @packed_w
// CHECK: %[[WP:.*]] = llvm.inttoptr
// CHECK: memref.extract_aligned_pointer_as_index %[[B]]
// CHECK: %[[BP:.*]] = llvm.inttoptr
// CHECK: memref.extract_aligned_pointer_as_index %[[Y]]
// CHECK: %[[YP:.*]] = llvm.inttoptr
// CHECK: %[[TOKENS:.*]] = arith.index_cast {{.*}} : index to i64
// CHECK: arith.cmpi sle, %[[TOKENS]]
// CHECK: scf.if
// CHECK: %[[TILE:.*]] = arith.constant 16 : index
// CHECK: %[[TILES:.*]] = arith.ceildivui %{{.*}}, %[[TILE]]
// CHECK: %[[ROWS:.*]] = arith.constant 4 : index
// CHECK: call @sparseopt_rt_gpu_tensor_map(%[[MAP:.*]], %[[XP]], %{{.*}})
// CHECK: %[[N:.*]] = arith.trunci %[[TOKENS]]
// CHECK: %[[BYTES:.*]] = arith.constant 186480 : i32
// CHECK: %[[THREADS:.*]] = arith.constant 160 : index
// CHECK: gpu.launch_func @sparsity_kernels::@[[K16:sparsity_nvsp_wgmma_stream_256x512_[0-9a-f]+]] blocks in (%[[ROWS]], %[[TILES]], %{{.*}}) threads in (%[[THREADS]], {{.*}} dynamic_shared_memory_size %[[BYTES]] args(%[[MAP]] : !llvm.ptr, %[[WP]] : !llvm.ptr, %[[BP]] : !llvm.ptr, %[[YP]] : !llvm.ptr, %[[N]] : i32) {sparsity.layer = "w", sparsity.pdl}
// CHECK: else
// CHECK: gpu.launch_func @sparsity_kernels::@[[K64:sparsity_nvsp_wgmma_stream_256x512_[0-9a-f]+]]

// The kernels, with what a launch needs to know.
// CHECK: gpu.module @sparsity_kernels
// CHECK: llvm.mlir.global external @shared_memory() {addr_space = 3 : i32, alignment = 1024 : i64}
// CHECK: llvm.func @[[K16]](%{{.*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}, %{{.*}}: !llvm.ptr<1>, %{{.*}}: !llvm.ptr<1>, %{{.*}}: !llvm.ptr<1>, %{{.*}}: i32)
// CHECK-SAME: gpu.kernel
// CHECK-SAME: nvvm.kernel, nvvm.maxntid = array<i32: 160>
// CHECK-SAME: sparsity.launch = {cluster = 1 : i64, maps_input = true, overlaps = true, persistent = false, row_tiles = 4 : i64, shared_bytes = 186480 : i64, threads = 160 : i64, token_tile = 16 : i64, x_box = array<i64: 64, 16, 4>}
// CHECK: llvm.func @[[K64]]
// CHECK: func.func private @sparseopt_rt_gpu_tensor_map(!llvm.ptr, !llvm.ptr, !llvm.ptr)
func.func @layer(%x: memref<?x512xbf16>, %b: memref<256xf32>, %y: memref<?x256xbf16>) {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<256x512xbf16>
  sparsity.linear ins(%x, %w : memref<?x512xbf16>, tensor<256x512xbf16>) extra(%b : affine_map<(t, o) -> (o)>, memref<256xf32>) outs(%y : memref<?x256xbf16>) {
  ^bb0(%sum: f32, %bias: f32):
    %0 = arith.addf %sum, %bias : f32
    %1 = arith.truncf %0 : f32 to bf16
    sparsity.yield %1 : bf16
  } kernel = #sparsity.by_tokens<[16 : #stream16, ? : #stream64]>
  return
}

// -----

// Two layers of one shape share a kernel, each has its weight.
// CHECK: memref.global "private" constant @packed_b
// CHECK: memref.global "private" constant @packed_a
// CHECK-LABEL: func.func @two(
// CHECK: gpu.launch_func @sparsity_kernels::@[[K:.*]] blocks {{.*}}sparsity.layer = "a"
// CHECK: gpu.launch_func @sparsity_kernels::@[[K]] blocks {{.*}}sparsity.layer = "b"
// CHECK: gpu.module
// CHECK: llvm.func @[[K]]
// CHECK-NOT: llvm.func
#stream8 = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 64 : i64, stages = 8 : i64, tokens = 8 : i64}>
func.func @two(%x: tensor<4x64xf16>, %init: tensor<4x64xf16>) -> (tensor<4x64xf16>, tensor<4x64xf16>) {
  %a = sparsity.weight "a" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x64xf16>
  %b = sparsity.weight "b" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x64xf16>
  %0 = sparsity.linear ins(%x, %a : tensor<4x64xf16>, tensor<64x64xf16>) outs(%init : tensor<4x64xf16>) kernel = #stream8 -> tensor<4x64xf16>
  %1 = sparsity.linear ins(%x, %b : tensor<4x64xf16>, tensor<64x64xf16>) outs(%init : tensor<4x64xf16>) kernel = #stream8 -> tensor<4x64xf16>
  return %0, %1 : tensor<4x64xf16>, tensor<4x64xf16>
}

// -----

// The memory of the tensor map is the function's, not the loop's.
// CHECK-LABEL: func.func @loop(
// CHECK-COUNT-2: llvm.alloca
// CHECK: scf.for
// CHECK-NOT: llvm.alloca
// CHECK: gpu.launch_func
#stream8 = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 64 : i64, stages = 8 : i64, tokens = 8 : i64}>
func.func @loop(%n: index, %x: memref<4x64xf16>, %y: memref<4x64xf16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x64xf16>
  scf.for %i = %c0 to %n step %c1 {
    sparsity.linear ins(%x, %w : memref<4x64xf16>, tensor<64x64xf16>) outs(%y : memref<4x64xf16>) kernel = #stream8
  }
  return
}
