// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-hoist-loop-buffers{stack-limit=256}))' --split-input-file -verify-diagnostics | FileCheck %s

// The last tile may be smaller; the buffer is as large as a whole one.
// CHECK-LABEL: func.func @tiles
// CHECK-SAME: %[[N:.+]]: index
// CHECK: %[[C:.+]] = arith.constant 128 : index
// CHECK: %[[SHARED:.+]] = memref.alloc(%{{.+}}) {alignment = 64 : i64} : memref<?xi8>
// CHECK: scf.for
// CHECK: %[[SIZE:.+]] = affine.min
// CHECK: memref.view %[[SHARED]][%{{.+}}][%[[SIZE]]] : memref<?xi8> to memref<?xf32>
// CHECK-NOT: memref.alloc
func.func @tiles(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  scf.for %i = %c0 to %n step %c32 {
    %size = affine.min affine_map<(i)[n] -> (32, n - i)>(%i)[%n]
    %b = memref.alloc(%size) : memref<?xf32>
    memref.store %x, %b[%c0] : memref<?xf32>
  }
  return
}

// -----

// Each iteration of a parallel loop has its own part.
// CHECK-LABEL: func.func @parallel
// CHECK: memref.alloc(%{{.+}}) {alignment = 64 : i64} : memref<?xi8>
// CHECK: scf.forall (%[[I:.+]]) in (6)
// CHECK: arith.divui
// CHECK: memref.view %{{.+}}[%{{.+}}][%arg0] : memref<?xi8> to memref<?xf32>
func.func @parallel(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  scf.forall (%i) in (6) {
    %b = memref.alloc(%n) : memref<?xf32>
    memref.store %x, %b[%c0] : memref<?xf32>
  }
  return
}

// -----

// Small static buffers of parallel loops stay, large ones do not.
// CHECK-LABEL: func.func @sizes
// CHECK: scf.forall
// CHECK: memref.alloc() : memref<8xf32>
// CHECK: memref.view {{.*}} to memref<128xf32>
func.func @sizes(%x: f32) {
  %c0 = arith.constant 0 : index
  scf.forall (%i) in (6) {
    %a = memref.alloc() : memref<8xf32>
    memref.store %x, %a[%c0] : memref<8xf32>
    %b = memref.alloc() : memref<128xf32>
    memref.store %x, %b[%c0] : memref<128xf32>
  }
  return
}

// -----

func.func @unbounded(%sizes: memref<8xindex>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %size = memref.load %sizes[%i] : memref<8xindex>
    // expected-error @below {{in a loop has a size without a bound outside of it}}
    %b = memref.alloc(%size) : memref<?xf32>
    memref.store %x, %b[%c0] : memref<?xf32>
  }
  return
}
