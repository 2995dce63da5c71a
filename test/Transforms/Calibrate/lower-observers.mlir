// RUN: sparse-opt %s --sparsity-lower-observers | FileCheck %s

// CHECK: func.func private @sparseopt_rt_observe(i64, !llvm.ptr, i64, i64)

// CHECK-LABEL: func.func @rows
func.func @rows(%x: memref<2x?x8xf32>) {
  // CHECK: memref.extract_aligned_pointer_as_index
  // CHECK: %[[COUNT:.*]] = arith.muli %{{.*}}, %{{.*}} : index
  // CHECK: %[[TOKENS:.*]] = arith.index_cast %{{.*}} : index to i64
  // CHECK: %[[FEATURES:.*]] = arith.constant 8 : i64
  // CHECK: call @sparseopt_rt_observe(%c7_i64, %{{.*}}, %[[TOKENS]], %[[FEATURES]])
  sparsity.observe "up" %x {number = 7} : memref<2x?x8xf32>
  return
}

// Rows that do not follow one another are copied.
// CHECK-LABEL: func.func @strided
func.func @strided(%x: memref<4x8xf32, strided<[16, 1]>>) {
  // CHECK: %[[COPY:.*]] = memref.alloc() {alignment = 64 : i64} : memref<4x8xf32>
  // CHECK: memref.copy %{{.*}}, %[[COPY]]
  // CHECK: memref.extract_aligned_pointer_as_index %[[COPY]]
  // CHECK: call @sparseopt_rt_observe
  // CHECK: memref.dealloc %[[COPY]]
  sparsity.observe "down" %x : memref<4x8xf32, strided<[16, 1]>>
  return
}
