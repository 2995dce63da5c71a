// RUN: sparse-opt %s --sparsity-pack-weights=target-cpu=sm_90a --sparsity-to-nvvm | FileCheck %s

// The roles of the streaming kernel. Set-up: barriers, then the weights of the first
// stages, before anything that the kernel before may have written.
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK: nvvm.mbarrier.init
// CHECK: nvvm.fence.mbarrier.init
// CHECK: nvvm.mbarrier.arrive.expect_tx
// CHECK: nvvm.cp.async.bulk.shared.cluster.global {{.*}} l2_cache_hint
// CHECK: nvvm.barrier

// The warp that copies: inputs after the wait for the kernel before.
// CHECK: nvvm.griddepcontrol wait
// CHECK: scf.for
// CHECK: scf.for
// CHECK: nvvm.mbarrier.try_wait
// CHECK: nvvm.mbarrier.arrive.expect_tx
// CHECK: nvvm.cp.async.bulk.shared.cluster.global
// CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global

// The warps that multiply: two stages per turn, each with its own metadata
// registers, one group of products in flight.
// CHECK: else
// CHECK: scf.for
// CHECK: %[[ZERO:.*]] = nvsp.acc_pack
// CHECK: scf.for {{.*}} = %[[ZERO]], %[[OLD:.*]] = %{{.*}}) ->
// CHECK: nvvm.mbarrier.try_wait
// CHECK: %[[E0:.*]] = nvsp.load_metadata
// CHECK: nvvm.wgmma.fence.aligned
// CHECK: nvsp.wgmma_sp {{.*}} %[[E0]] select 0
// CHECK: nvsp.wgmma_sp {{.*}} %[[E0]] select 1
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK: nvsp.wgmma_wait 1 reads(%[[OLD]] : i32)
// CHECK: nvvm.mbarrier.arrive
// CHECK: nvvm.mbarrier.try_wait
// CHECK: %[[E1:.*]] = nvsp.load_metadata
// CHECK: nvsp.wgmma_sp {{.*}} %[[E1]] select 0
// CHECK: nvsp.wgmma_wait 1 reads(%[[E0]] : i32)
// CHECK: scf.yield {{.*}}, %[[E1]]

// The end of a tile: all sums, transposed and stored.
// CHECK: %[[SUMS:.*]]:2 = nvsp.wgmma_wait 0 acc(
// CHECK: nvsp.acc_unpack %[[SUMS]]#0
// CHECK: nvsp.movmatrix
// CHECK: llvm.store
func.func @layer(%x: memref<8x192xbf16>, %y: memref<8x128xbf16>) {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<128x192xbf16>
  sparsity.linear ins(%x, %w : memref<8x192xbf16>, tensor<128x192xbf16>) outs(%y : memref<8x128xbf16>) kernel = #sparsity.kernel<"nvsp.wgmma_stream", {groups = 1 : i64, kb = 64 : i64, stages = 8 : i64, tokens = 8 : i64}>
  return
}
