// RUN: sparse-opt %s --sparsity-pack-weights=target-cpu=sm_80 --sparsity-to-nvvm=target=sm_80 | FileCheck %s

// The kernel of warps reads activations through a pointer. All but one of the
// stages are requested, weights by 16 bytes, activations with zeros for tokens that are
// not there.
// CHECK: func.func @layer
// CHECK-NOT: sparseopt_rt_gpu_tensor_map
// CHECK: gpu.launch_func @sparsity_kernels::@[[NAME:sparsity_nvsp_mma_gemm_64x128_[0-9a-f]+]]
// CHECK-NOT: sparsity.pdl
// CHECK: llvm.func @[[NAME]](%{{.*}}: !llvm.ptr<1>, %{{.*}}: !llvm.ptr<1>, %{{.*}}: !llvm.ptr<1>, %[[TOKENS:.*]]: i32)
// CHECK-SAME: nvvm.maxntid = array<i32: 128>
// CHECK-SAME: maps_input = false
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %{{.*}}, %[[TOKENS]]
// CHECK: %[[BYTES:.*]] = arith.select %[[INSIDE]]
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %[[BYTES]]
// CHECK-COUNT-7: nvvm.cp.async.commit.group

// The products of a stage: a metadata word serves two of them.
// CHECK: scf.for
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group 6
// CHECK: nvvm.barrier
// CHECK: nvvm.cp.async.commit.group
// CHECK: %[[E:.*]] = nvsp.load_metadata
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xi32>
// CHECK: nvvm.ldmatrix %{{.*}} {{.*}}num = 4 : i32
// CHECK: nvsp.mma_sp %{{.*}}, %{{.*}} : bf16, %{{.*}} : bf16, %[[E]] select 0
// CHECK: nvsp.mma_sp %{{.*}}, %{{.*}} : bf16, %{{.*}} : bf16, %[[E]] select 1
// CHECK: scf.yield

// The next tile is requested before this one is stored.
// CHECK: nvvm.cp.async.shared.global
// CHECK: nvsp.acc_unpack
// CHECK: nvsp.movmatrix
// CHECK: llvm.store
func.func @layer(%x: memref<8x128xbf16>, %y: memref<8x64xbf16>) {
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<64x128xbf16>
  sparsity.linear ins(%x, %w : memref<8x128xbf16>, tensor<64x128xbf16>) outs(%y : memref<8x64xbf16>) kernel = #sparsity.kernel<"nvsp.mma_gemm", {blocks = 1 : i64, kb = 128 : i64, stages = 8 : i64, tokens = 8 : i64}>
  return
}
