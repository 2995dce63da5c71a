// RUN: sparse-opt %s -split-input-file -allow-unregistered-dialect -sparsity-plan-workspace -canonicalize | FileCheck %s

// Buffers that are not alive at the same time share memory: a and c do.
// CHECK-LABEL: func.func @reuse(
// CHECK-SAME:    %[[WS:.+]]: memref<?xi8> {sparsity.role = "workspace"}
// CHECK-DAG:     %[[C0:.+]] = arith.constant 0 : index
// CHECK-DAG:     %[[C64:.+]] = arith.constant 64 : index
// CHECK:         %[[A:.+]] = memref.view %[[WS]][%[[C0]]][] : memref<?xi8> to memref<16xf32>
// CHECK:         "test.def"(%[[A]])
// CHECK:         %[[B:.+]] = memref.view %[[WS]][%[[C64]]][] : memref<?xi8> to memref<16xf32>
// CHECK:         "test.copy"(%[[A]], %[[B]])
// CHECK:         %[[C:.+]] = memref.view %[[WS]][%[[C0]]][] : memref<?xi8> to memref<16xf32>
// CHECK:         "test.copy"(%[[B]], %[[C]])
// CHECK:       func.func private @reuse.sizes() -> index {
// CHECK:         %[[SIZE:.+]] = arith.constant 128 : index
// CHECK:         return %[[SIZE]]
func.func @reuse() attributes {sparsity.sizes = @reuse.sizes} {
  %a = memref.alloc() : memref<16xf32>
  "test.def"(%a) : (memref<16xf32>) -> ()
  %b = memref.alloc() : memref<16xf32>
  "test.copy"(%a, %b) : (memref<16xf32>, memref<16xf32>) -> ()
  %c = memref.alloc() : memref<16xf32>
  "test.copy"(%b, %c) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}
func.func private @reuse.sizes() { return }

// -----

// A view keeps its buffer alive, and so does a pointer to it.
// CHECK-LABEL: func.func @aliases(
// CHECK-DAG:     %[[C0:.+]] = arith.constant 0 : index
// CHECK-DAG:     %[[C64:.+]] = arith.constant 64 : index
// CHECK-DAG:     %[[C128:.+]] = arith.constant 128 : index
// CHECK:         memref.view %{{.+}}[%[[C0]]][] : memref<?xi8> to memref<4x4xf32>
// CHECK:         memref.view %{{.+}}[%[[C64]]][] : memref<?xi8> to memref<16xf32>
// CHECK:         memref.view %{{.+}}[%[[C128]]][] : memref<?xi8> to memref<8xf32>
func.func @aliases() attributes {sparsity.sizes = @aliases.sizes} {
  %a = memref.alloc() : memref<4x4xf32>
  %view = memref.collapse_shape %a [[0, 1]] : memref<4x4xf32> into memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %address = memref.extract_aligned_pointer_as_index %b : memref<16xf32> -> index
  %integer = arith.index_cast %address : index to i64
  %pointer = llvm.inttoptr %integer : i64 to !llvm.ptr
  %c = memref.alloc() : memref<8xf32>
  "test.use"(%c) : (memref<8xf32>) -> ()
  "test.use"(%view, %pointer) : (memref<16xf32>, !llvm.ptr) -> ()
  return
}
func.func private @aliases.sizes() { return }

// -----

// Buffers whose sizes are multiples of one product of dims form a group; the
// size is computed from the dims.
// CHECK-LABEL: func.func @dynamic(
// CHECK:         %[[D:.+]] = memref.dim %{{.+}}, %{{.+}} : memref<?xf32>
// CHECK-DAG:     memref.view %{{.+}}[%{{.+}}][%[[D]]] : memref<?xi8> to memref<?x16xf32>
// CHECK-DAG:     memref.view %{{.+}}[%{{.+}}][%[[D]]] : memref<?xi8> to memref<?xf32>
// CHECK:       func.func private @dynamic.sizes(%[[N:.+]]: index) -> index {
// CHECK:         %[[C128:.+]] = arith.constant 128 : index
// CHECK:         %[[SIZE:.+]] = arith.muli %[[N]], %[[C128]]
// CHECK:         return %[[SIZE]]
func.func @dynamic(%in: memref<?xf32> {sparsity.role = "input"}) attributes {sparsity.sizes = @dynamic.sizes} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %in, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?x16xf32>
  %b = memref.alloc(%n) : memref<?xf32>
  "test.use"(%a, %b) : (memref<?x16xf32>, memref<?xf32>) -> ()
  return
}
func.func private @dynamic.sizes(%d: index) { return }
