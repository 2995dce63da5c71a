// RUN: sparse-opt %s --sparsity-pack-weights=target-cpu=sm_90a --sparsity-to-nvvm | FileCheck %s

// The launch: as many clusters as there are tiles, at most as many as run at once.
// CHECK-LABEL: func.func @layer
// CHECK: %[[TILES:.*]] = arith.ceildivui
// CHECK: %[[ROWS:.*]] = arith.constant 2 : index
// CHECK: %[[ALL:.*]] = arith.muli %[[TILES]], %[[ROWS]]
// CHECK: %[[LIMIT:.*]] = arith.constant 66 : index
// CHECK: %[[CLUSTERS:.*]] = arith.minui %[[ALL]], %[[LIMIT]]
// CHECK: %[[BLOCKS:.*]] = arith.muli %[[CLUSTERS]], %{{.*}}
// CHECK: gpu.launch_func @sparsity_kernels::@{{.*}} blocks in (%[[BLOCKS]],
// CHECK-NOT: sparsity.pdl

// Both blocks of a cluster are there before one writes to the other.
// CHECK: llvm.func @sparsity_nvsp_wgmma_gemm_512x192
// CHECK-SAME: nvvm.cluster_dim = array<i32: 2, 1, 1>
// CHECK: nvvm.mbarrier.init
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK: nvvm.cluster.wait {aligned}

// The warp that copies: activations go to both blocks.
// CHECK: nvvm.setmaxregister decrease 40
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
// CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global {{.*}} multicast_mask

// The warps that multiply: one of them polls, one thread releases a stage in each
// block of the cluster.
// CHECK: nvvm.setmaxregister increase 232
// CHECK: nvvm.mbarrier.try_wait
// CHECK: nvvm.barrier id = {{.*}} number_of_threads =
// CHECK: nvsp.load_metadata
// CHECK: nvsp.wgmma_sp {{.*}}-> !nvsp.acc<64x256xf32>
// CHECK: nvsp.wgmma_wait 1
// CHECK: nvvm.mapa
// CHECK: nvvm.mbarrier.arrive {{.*}} : !llvm.ptr<7>
// CHECK: nvsp.wgmma_wait 0

// A block does not end before the other one has stopped writing to it.
// CHECK: nvvm.bar.warp.sync
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK: nvvm.cluster.wait {aligned}
// CHECK: llvm.return
func.func @layer(%x: memref<?x192xbf16>, %y: memref<?x512xbf16>) {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<512x192xbf16>
  sparsity.linear ins(%x, %w : memref<?x192xbf16>, tensor<512x192xbf16>) outs(%y : memref<?x512xbf16>) kernel = #sparsity.kernel<"nvsp.wgmma_gemm", {cluster = 2 : i64, tokens = 256 : i64}>
  return
}
