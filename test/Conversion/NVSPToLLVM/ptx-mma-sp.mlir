// RUN: sparse-opt %s --pass-pipeline='builtin.module(sparsity-nvsp-to-llvm,convert-nvvm-to-llvm,reconcile-unrealized-casts)' -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir -o %t.ll
// RUN: llc -O3 -mtriple=nvptx64-nvidia-cuda -mcpu=sm_80 -mattr=+ptx85 %t.ll -o %t.ptx
// RUN: FileCheck %s --input-file=%t.ptx

// Each parameter is followed to its register.
// CHECK: .visible .entry product(
// CHECK-DAG: ld.param.b32 %[[E:r[0-9]+]], [product_param_2];
// CHECK-DAG: ld.param.v4.b32 {%[[A0:r[0-9]+]], %[[A1:r[0-9]+]], %[[A2:r[0-9]+]], %[[A3:r[0-9]+]]}, [product_param_0];
// CHECK-DAG: ld.param.v4.b32 {%[[B0:r[0-9]+]], %[[B1:r[0-9]+]], %[[B2:r[0-9]+]], %[[B3:r[0-9]+]]}, [product_param_1];
// CHECK-DAG: ld.param.b32 %[[C0:r[0-9]+]], [product_param_3];
// CHECK-DAG: ld.param.b32 %[[C1:r[0-9]+]], [product_param_4];
// CHECK-DAG: ld.param.b32 %[[C2:r[0-9]+]], [product_param_5];
// CHECK-DAG: ld.param.b32 %[[C3:r[0-9]+]], [product_param_6];
// CHECK: mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.bf16.bf16.f32 {%[[C0]], %[[C1]], %[[C2]], %[[C3]]}, {%[[A0]], %[[A1]], %[[A2]], %[[A3]]}, {%[[B0]], %[[B1]], %[[B2]], %[[B3]]}, {%[[C0]], %[[C1]], %[[C2]], %[[C3]]}, %[[E]], 1;
// CHECK: st.volatile.global.b32 [%{{.*}}], %[[C0]];
// CHECK: st.volatile.global.b32 [%{{.*}}+12], %[[C3]];
llvm.func @product(%a: vector<4xi32>, %b: vector<4xi32>, %e: i32, %c0: f32, %c1: f32, %c2: f32, %c3: f32, %to: !llvm.ptr<1>) attributes {nvvm.kernel} {
  %acc = nvsp.acc_pack %c0, %c1, %c2, %c3 : f32 -> !nvsp.acc<16x8xf32>
  %0 = nvsp.mma_sp %acc, %a : bf16, %b : bf16, %e select 1 : !nvsp.acc<16x8xf32>
  %d:4 = nvsp.acc_unpack %0 : !nvsp.acc<16x8xf32>
  llvm.store volatile %d#0, %to : f32, !llvm.ptr<1>
  %last = llvm.getelementptr %to[3] : (!llvm.ptr<1>) -> !llvm.ptr<1>, f32
  llvm.store volatile %d#3, %last : f32, !llvm.ptr<1>
  llvm.return
}
