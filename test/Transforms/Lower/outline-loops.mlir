// RUN: sparse-opt %s -split-input-file -allow-unregistered-dialect -sparsity-outline-loops | FileCheck %s

// Equal loop nests on different buffers share a function; constants go inside.
// CHECK-LABEL: func.func @shared(
// CHECK:         call @shared.loops0(%{{.+}}, %{{.+}}) {sparsity.step = "linalg.exp"}
// CHECK:         call @shared.loops0(%{{.+}}, %{{.+}}) {sparsity.step = "linalg.exp"}
// CHECK:         call @shared.loops1(%{{.+}}) {sparsity.step = "linalg.fill"}
// CHECK:       func.func private @shared.loops1(%{{.+}}: !llvm.ptr {llvm.noalias})
// CHECK-SAME:    passthrough = ["noinline"]
// CHECK:         arith.constant 1.000000e+00 : f32
// CHECK:         linalg.fill
// CHECK:       func.func private @shared.loops0(%{{.+}}: !llvm.ptr {llvm.align = 64 : i64, llvm.noalias}, %{{.+}}: !llvm.ptr {llvm.noalias})
// CHECK:         memref.view {{.*}} : memref<?xi8> to memref<8xf32>
// CHECK:         linalg.exp
func.func @shared(%x: memref<8xf32>, %y: memref<8xf32>) {
  %one = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<8xf32>
  "test.def"(%a) : (memref<8xf32>) -> ()
  linalg.exp ins(%a : memref<8xf32>) outs(%x : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%y : memref<8xf32>)
  linalg.fill ins(%one : f32) outs(%x : memref<8xf32>)
  return
}

// -----

// Views of one buffer are not called distinct.
// CHECK-LABEL: func.func private @same.loops0(
// CHECK-NOT:     llvm.noalias
// CHECK:         linalg.exp
func.func @same(%x: memref<2x4xf32>) {
  %a = memref.collapse_shape %x [[0, 1]] : memref<2x4xf32> into memref<8xf32>
  %b = memref.expand_shape %a [[0, 1]] output_shape [4, 2] : memref<8xf32> into memref<4x2xf32>
  %c = memref.collapse_shape %b [[0, 1]] : memref<4x2xf32> into memref<8xf32>
  linalg.exp ins(%a : memref<8xf32>) outs(%c : memref<8xf32>)
  return
}

// -----

// Dynamic sizes and scalars are arguments, strided views move inside.
// CHECK-LABEL: func.func private @dynamic.loops0(
// CHECK-SAME:    %[[X:.+]]: !llvm.ptr {llvm.noalias}, %[[Y:.+]]: !llvm.ptr {llvm.noalias}, %{{.+}}: index, %{{.+}}: index)
// CHECK:         memref.subview
// CHECK:         linalg.exp
func.func @dynamic(%x: memref<?x8xf32>, %y: memref<?xf32>, %i: index) {
  %s = memref.subview %x[0, %i] [4, 1] [1, 1] : memref<?x8xf32> to memref<4xf32, strided<[8], offset: ?>>
  %t = memref.subview %y[0] [4] [1] : memref<?xf32> to memref<4xf32, strided<[1]>>
  linalg.exp ins(%s : memref<4xf32, strided<[8], offset: ?>>) outs(%t : memref<4xf32, strided<[1]>>)
  return
}

// -----

// Loops that allocate stay in the entry, and so do kernel calls.
// CHECK-LABEL: func.func @stays(
// CHECK:         scf.for
// CHECK:           memref.alloc
// CHECK:         call @kernel
func.func private @kernel(%p: memref<8xf32>)
func.func @stays(%x: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c1 step %c1 {
    %a = memref.alloc() : memref<8xf32>
    "test.use"(%a, %x) : (memref<8xf32>, memref<8xf32>) -> ()
  }
  call @kernel(%x) : (memref<8xf32>) -> ()
  return
}
