// RUN: sparse-opt %s --pass-pipeline='builtin.module(sparsity-nvsp-to-llvm,convert-nvvm-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: llc -O3 -mtriple=nvptx64-nvidia-cuda -mcpu=sm_90a -mattr=+ptx86 %t.ll -o %t.ptx
// RUN: FileCheck %s --input-file=%t.ptx

// Descriptors: each parameter is followed to its register; the first product
// needs no sums, the second one adds to them.
// CHECK: .visible .entry descriptors(
// CHECK-DAG: ld.param.b64 %[[A:rd[0-9]+]], [descriptors_param_0];
// CHECK-DAG: ld.param.b64 %[[B:rd[0-9]+]], [descriptors_param_1];
// CHECK-DAG: ld.param.b32 %[[E:r[0-9]+]], [descriptors_param_2];
// CHECK: wgmma.mma_async.sp.sync.aligned.m64n8k32.f32.bf16.bf16 {%[[D0:r[0-9]+]], %[[D1:r[0-9]+]], %[[D2:r[0-9]+]], %[[D3:r[0-9]+]]}, %[[A]], %[[B]], %[[E]], 0, 0, 1, 1, 0, 0;
// CHECK: wgmma.mma_async.sp.sync.aligned.m64n8k32.f32.bf16.bf16 {%[[D0]], %[[D1]], %[[D2]], %[[D3]]}, %[[A]], %[[B]], %[[E]], 1, 1, 1, 1, 0, 1;
// CHECK: wgmma.wait_group.sync.aligned 0;
// CHECK: st.global.b32 [%{{.*}}], %[[D1]];
llvm.func @descriptors(%a: i64, %b: i64, %e: i32, %to: !llvm.ptr<1>) attributes {nvvm.kernel} {
  nvvm.wgmma.fence.aligned
  %0 = nvsp.wgmma_sp %a : bf16, %b : bf16, %e select 0 : i64 -> !nvsp.acc<64x8xf32>
  %1 = nvsp.wgmma_sp %a : bf16, %b : bf16 transposed, %e select 1 acc(%0 : !nvsp.acc<64x8xf32>) : i64 -> !nvsp.acc<64x8xf32>
  nvvm.wgmma.commit.group.sync.aligned
  %2:2 = nvsp.wgmma_wait 0 acc(%1 : !nvsp.acc<64x8xf32>) reads(%e : i32)
  %d:4 = nvsp.acc_unpack %2#0 : !nvsp.acc<64x8xf32>
  llvm.store %d#1, %to : f32, !llvm.ptr<1>
  llvm.return
}

// The sparse matrix in registers.
// CHECK: .visible .entry registers(
// CHECK-DAG: ld.param.v4.b32 {%[[A0:r[0-9]+]], %[[A1:r[0-9]+]], %[[A2:r[0-9]+]], %[[A3:r[0-9]+]]}, [registers_param_0];
// CHECK-DAG: ld.param.b64 %[[B:rd[0-9]+]], [registers_param_1];
// CHECK-DAG: ld.param.b32 %[[E:r[0-9]+]], [registers_param_2];
// CHECK: wgmma.mma_async.sp.sync.aligned.m64n8k64.s32.s8.u8 {{.*}}, {%[[A0]], %[[A1]], %[[A2]], %[[A3]]}, %[[B]], %[[E]], 0, 0;
llvm.func @registers(%a: vector<4xi32>, %b: i64, %e: i32, %to: !llvm.ptr<1>) attributes {nvvm.kernel} {
  nvvm.wgmma.fence.aligned
  %0 = nvsp.wgmma_sp %a : si8, %b : ui8, %e select 0 : vector<4xi32> -> !nvsp.acc<64x8xi32>
  nvvm.wgmma.commit.group.sync.aligned
  %1:3 = nvsp.wgmma_wait 0 acc(%0 : !nvsp.acc<64x8xi32>) reads(%e, %a : i32, vector<4xi32>)
  %d:4 = nvsp.acc_unpack %1#0 : !nvsp.acc<64x8xi32>
  llvm.store %d#1, %to : i32, !llvm.ptr<1>
  llvm.return
}

// The dense product.
// CHECK: .visible .entry dense(
// CHECK-DAG: ld.param.b64 %[[A:rd[0-9]+]], [dense_param_0];
// CHECK-DAG: ld.param.b64 %[[B:rd[0-9]+]], [dense_param_1];
// CHECK: wgmma.mma_async.sync.aligned.m64n8k8.f32.tf32.tf32 {{.*}}, %[[A]], %[[B]], 0, 1, 1;
llvm.func @dense(%a: i64, %b: i64, %to: !llvm.ptr<1>) attributes {nvvm.kernel} {
  nvvm.wgmma.fence.aligned
  %0 = nvsp.wgmma %a : tf32, %b : tf32 : i64 -> !nvsp.acc<64x8xf32>
  nvvm.wgmma.commit.group.sync.aligned
  %1 = nvsp.wgmma_wait 0 acc(%0 : !nvsp.acc<64x8xf32>)
  %d:4 = nvsp.acc_unpack %1 : !nvsp.acc<64x8xf32>
  llvm.store %d#1, %to : f32, !llvm.ptr<1>
  llvm.return
}
