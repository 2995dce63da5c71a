// RUN: sparse-opt %s --sparsity-nvsp-to-llvm | FileCheck %s

// An accumulator that a loop carries is a struct of registers.
// CHECK-LABEL: @loop
// CHECK: %[[ACC:.*]] = scf.for {{.*}} iter_args(%[[CARRIED:.*]] = %{{.*}}) -> (!llvm.struct<(f32, f32, f32, f32)>)
// CHECK: %[[FIRST:.*]] = llvm.extractvalue %[[CARRIED]][0]
// CHECK: %[[SUM:.*]] = llvm.inline_asm has_side_effects asm_dialect = att "wgmma.mma_async.sp.sync.aligned.m64n8k32.f32.bf16.bf16 {$0, $1, $2, $3}, $4, $5, $6, 1, 1, 1, 1, 0, 0;", "=f,=f,=f,=f,l,l,r,0,1,2,3" %{{.*}}, %{{.*}}, %{{.*}}, %[[FIRST]],
// CHECK: llvm.extractvalue %[[SUM]][0]
// CHECK: %[[DONE:.*]] = llvm.inline_asm has_side_effects asm_dialect = att "wgmma.wait_group.sync.aligned 0;", "=f,=f,=f,=f,0,1,2,3,~{memory}"
// CHECK: scf.yield %[[DONE]]
// CHECK: llvm.extractvalue %[[ACC]][3]
llvm.func @loop(%a: i64, %b: i64, %e: i32, %n: i32, %x: f32, %to: !llvm.ptr) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %init = nvsp.acc_pack %x, %x, %x, %x : f32 -> !nvsp.acc<64x8xf32>
  %acc = scf.for %i = %c0 to %n step %c1 iter_args(%carried = %init) -> !nvsp.acc<64x8xf32> : i32 {
    %sum = nvsp.wgmma_sp %a : bf16, %b : bf16, %e select 1 acc(%carried : !nvsp.acc<64x8xf32>) : i64 -> !nvsp.acc<64x8xf32>
    %done:2 = nvsp.wgmma_wait 0 acc(%sum : !nvsp.acc<64x8xf32>) reads(%e : i32)
    scf.yield %done#0 : !nvsp.acc<64x8xf32>
  }
  %v:4 = nvsp.acc_unpack %acc : !nvsp.acc<64x8xf32>
  llvm.store %v#3, %to : f32, !llvm.ptr
  llvm.return
}

// Each accumulator of one wait gets its own registers back.
// CHECK-LABEL: @two_accumulators
// CHECK: %[[DONE:.*]] = llvm.inline_asm {{.*}}"wgmma.wait_group.sync.aligned 1;", "=f,=f,=f,=f,=r,=r,=r,=r,0,1,2,3,4,5,6,7,~{memory}"
// CHECK: llvm.extractvalue %[[DONE]][4]
// CHECK: %[[LAST:.*]] = llvm.extractvalue %[[DONE]][7]
// CHECK: %[[SECOND:.*]] = llvm.insertvalue %[[LAST]], %{{.*}}[3]
// CHECK: %[[STORED:.*]] = llvm.extractvalue %[[SECOND]][3]
// CHECK: llvm.store %[[STORED]]
llvm.func @two_accumulators(%x: f32, %i: i32, %to: !llvm.ptr) {
  %f = nvsp.acc_pack %x, %x, %x, %x : f32 -> !nvsp.acc<64x8xf32>
  %s = nvsp.acc_pack %i, %i, %i, %i : i32 -> !nvsp.acc<64x8xi32>
  %done:2 = nvsp.wgmma_wait 1 acc(%f, %s : !nvsp.acc<64x8xf32>, !nvsp.acc<64x8xi32>)
  %v:4 = nvsp.acc_unpack %done#1 : !nvsp.acc<64x8xi32>
  llvm.store %v#3, %to : i32, !llvm.ptr
  llvm.return
}

// CHECK-LABEL: @pieces
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xi32>
// CHECK: llvm.inline_asm has_side_effects asm_dialect = att "movmatrix.sync.aligned.m8n8.trans.b16 $0, $1;", "=r,r"
// CHECK: llvm.inline_asm asm_dialect = att "createpolicy.fractional.L2::evict_first.b64 $0, 1.0;", "=l"
// CHECK: llvm.inline_asm has_side_effects asm_dialect = att "", "=r,0"
llvm.func @pieces(%p: !llvm.ptr<3>, %lane: i32) {
  %e = nvsp.load_metadata %p : !llvm.ptr<3> -> vector<4xi32>
  %t = nvsp.movmatrix %lane : i32
  %policy = nvsp.evict_first_policy : i64
  %o = nvsp.opaque %lane : i32
  llvm.return
}
