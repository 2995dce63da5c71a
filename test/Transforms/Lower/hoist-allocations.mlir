// RUN: sparse-opt %s -split-input-file -allow-unregistered-dialect -sparsity-hoist-allocations=stack-limit=128 | FileCheck %s

// Sequential loops: allocated once, before them.
// CHECK-LABEL: func.func @sequential(
// CHECK:         %[[N:.+]] = memref.dim
// CHECK:         %[[A:.+]] = memref.alloc(%[[N]]) : memref<?x4xf32>
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK-NOT:         memref.alloc
// CHECK:             "test.use"(%[[A]])
func.func @sequential(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c1 step %c1 {
    scf.for %j = %c0 to %c1 step %c1 {
      %n = memref.dim %x, %c0 : memref<?xf32>
      %a = memref.alloc(%n) : memref<?x4xf32>
      "test.use"(%a) : (memref<?x4xf32>) -> ()
      memref.dealloc %a : memref<?x4xf32>
    }
  }
  return
}

// -----

// A size that changes from iteration to iteration takes its bound.
// CHECK-LABEL: func.func @bounded(
// CHECK:         %[[MEMORY:.+]] = memref.alloc(%{{.+}}) : memref<?xi8>
// CHECK:         scf.for
// CHECK:           %[[N:.+]] = affine.min
// CHECK:           memref.view %[[MEMORY]][%{{.+}}][%[[N]]] : memref<?xi8> to memref<?xf32>
func.func @bounded() {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c100 = arith.constant 100 : index
  scf.for %i = %c0 to %c100 step %c16 {
    %n = affine.min affine_map<(d0) -> (16, 100 - d0)>(%i)
    %a = memref.alloc(%n) : memref<?xf32>
    "test.use"(%a) : (memref<?xf32>) -> ()
  }
  return
}

// -----

// Small buffers of parallel loops are on the stack of the iteration.
// CHECK-LABEL: func.func @small(
// CHECK:         scf.parallel
// CHECK-NEXT:      memref.alloca() {alignment = 64 : i64} : memref<64xi8>
// CHECK:           scf.for
// CHECK:             memref.view {{.*}} to memref<16xf32>
func.func @small() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    scf.for %j = %c0 to %c4 step %c1 {
      %a = memref.alloc() : memref<16xf32>
      "test.use"(%a) : (memref<16xf32>) -> ()
    }
  }
  return
}

// -----

// Others have one slice of the workspace per iteration.
// CHECK-LABEL: func.func @large(
// CHECK:         %[[N:.+]] = memref.dim
// CHECK:         %[[BYTES:.+]] = arith.muli %{{.+}}, %[[N]]
// CHECK:         %[[TRIPS:.+]] = arith.ceildivui
// CHECK:         %[[TOTAL:.+]] = arith.muli %[[BYTES]], %{{.+}}
// CHECK:         %[[MEMORY:.+]] = memref.alloc(%[[TOTAL]]) : memref<?xi8>
// CHECK:         scf.parallel (%[[I:.+]]) =
// CHECK:           %[[OFFSET:.+]] = arith.muli %{{.+}}, %[[BYTES]]
// CHECK:           memref.view %[[MEMORY]][%[[OFFSET]]][%{{.+}}] : memref<?xi8> to memref<?xf32>
func.func @large(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %a = memref.alloc(%n) : memref<?xf32>
    "test.use"(%a) : (memref<?xf32>) -> ()
  }
  return
}

// -----

// One size is known before the loop, the other has a bound.
// CHECK-LABEL: func.func @mixed(
// CHECK:         %[[N:.+]] = memref.dim
// CHECK:         %[[C64:.+]] = arith.constant 64 : index
// CHECK:         %[[BYTES:.+]] = arith.muli %[[C64]], %[[N]]
// CHECK:         memref.alloc(%{{.+}}) : memref<?xi8>
// CHECK:         scf.for
// CHECK:           memref.view
func.func @mixed(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c16 {
    %rows = affine.min affine_map<(d0)[s0] -> (16, s0 - d0)>(%i)[%n]
    %a = memref.alloc(%rows, %n) : memref<?x?xf32>
    "test.use"(%a) : (memref<?x?xf32>) -> ()
  }
  return
}
