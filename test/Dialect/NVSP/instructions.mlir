// RUN: sparse-opt %s | sparse-opt | FileCheck %s

// CHECK-LABEL: @mma_sp
func.func @mma_sp(%f: !nvsp.acc<16x8xf32>, %i: !nvsp.acc<16x8xi32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // CHECK: nvsp.mma_sp %{{.*}}, %{{.*}} : f16, %{{.*}} : f16, %{{.*}} select 1 : !nvsp.acc<16x8xf32>
  %0 = nvsp.mma_sp %f, %a : f16, %b : f16, %e select 1 : !nvsp.acc<16x8xf32>
  // CHECK: : tf32, %{{.*}} : tf32,
  %1 = nvsp.mma_sp %f, %a : tf32, %b : tf32, %e select 0 : !nvsp.acc<16x8xf32>
  // CHECK: : f8E4M3FN, %{{.*}} : f8E5M2,
  %2 = nvsp.mma_sp %f, %a : f8E4M3FN, %b : f8E5M2, %e select 0 : !nvsp.acc<16x8xf32>
  // CHECK: : si8, %{{.*}} : ui8, %{{.*}} select 0 : !nvsp.acc<16x8xi32>
  %3 = nvsp.mma_sp %i, %a : si8, %b : ui8, %e select 0 : !nvsp.acc<16x8xi32>
  return
}

// CHECK-LABEL: @wgmma_sp
func.func @wgmma_sp(%acc: !nvsp.acc<64x32xf32>, %a: vector<4xi32>, %da: i64, %db: i64, %e: i32) {
  // CHECK: nvsp.wgmma_sp %{{.*}} : bf16, %{{.*}} : bf16 transposed, %{{.*}} select 1 acc(%{{.*}} : !nvsp.acc<64x32xf32>) : i64 -> !nvsp.acc<64x32xf32>
  %0 = nvsp.wgmma_sp %da : bf16, %db : bf16 transposed, %e select 1 acc(%acc : !nvsp.acc<64x32xf32>) : i64 -> !nvsp.acc<64x32xf32>
  // CHECK: nvsp.wgmma_sp %{{.*}} : f16, %{{.*}} : f16, %{{.*}} select 0 : vector<4xi32> -> !nvsp.acc<64x256xf32>
  %1 = nvsp.wgmma_sp %a : f16, %db : f16, %e select 0 : vector<4xi32> -> !nvsp.acc<64x256xf32>
  // CHECK: nvsp.wgmma %{{.*}} : bf16, %{{.*}} : bf16 acc(%{{.*}} : !nvsp.acc<64x32xf32>) : i64 -> !nvsp.acc<64x32xf32>
  %2 = nvsp.wgmma %da : bf16, %db : bf16 acc(%0 : !nvsp.acc<64x32xf32>) : i64 -> !nvsp.acc<64x32xf32>
  // CHECK: nvsp.wgmma_wait 1 acc(%{{.*}}, %{{.*}} : !nvsp.acc<64x32xf32>, !nvsp.acc<64x256xf32>) reads(%{{.*}}, %{{.*}} : i32, vector<4xi32>)
  %3:4 = nvsp.wgmma_wait 1 acc(%2, %1 : !nvsp.acc<64x32xf32>, !nvsp.acc<64x256xf32>) reads(%e, %a : i32, vector<4xi32>)
  // CHECK: nvsp.wgmma_wait 1{{$}}
  nvsp.wgmma_wait 1
  return
}

// CHECK-LABEL: @pieces
func.func @pieces(%x: f32, %p: !llvm.ptr<3>, %lane: i32) {
  // CHECK: nvsp.acc_pack %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : f32 -> !nvsp.acc<64x8xf32>
  %acc = nvsp.acc_pack %x, %x, %x, %x : f32 -> !nvsp.acc<64x8xf32>
  // CHECK: nvsp.acc_unpack %{{.*}} : !nvsp.acc<64x8xf32>
  %y:4 = nvsp.acc_unpack %acc : !nvsp.acc<64x8xf32>
  // CHECK: nvsp.load_metadata %{{.*}} : !llvm.ptr<3> -> vector<4xi32>
  %e = nvsp.load_metadata %p : !llvm.ptr<3> -> vector<4xi32>
  // CHECK: nvsp.movmatrix %{{.*}} : i32
  %t = nvsp.movmatrix %lane : i32
  // CHECK: nvsp.evict_first_policy : i64
  %policy = nvsp.evict_first_policy : i64
  // CHECK: nvsp.opaque %{{.*}} : i32
  %o = nvsp.opaque %lane : i32
  return
}

// Metadata of two kept elements in order, the same for each group.
// CHECK-LABEL: @constant_metadata
func.func @constant_metadata(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>) {
  %e = arith.constant 0xE9D8CD84 : i32
  %0 = nvsp.mma_sp %acc, %a : f16, %b : f16, %e select 0 : !nvsp.acc<16x8xf32>
  %t = arith.constant 0x4E4E4444 : i32
  %1 = nvsp.mma_sp %acc, %a : tf32, %b : tf32, %t select 0 : !nvsp.acc<16x8xf32>
  return
}
