// RUN: sparse-opt %s -sparsity-expand-reshapes | FileCheck %s

// CHECK-LABEL: func.func @expand(
// CHECK-SAME:    %[[X:.+]]: memref<?x12xf32>, %[[A:.+]]: index, %[[B:.+]]: index)
// CHECK:         %[[S1:.+]] = arith.muli %{{.+}}, %[[B]]
// CHECK:         memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[A]], %[[B]], 3, 4], strides: [%[[S1]], 12, 4, 1] : memref<?x12xf32> to memref<?x?x3x4xf32>
func.func @expand(%x: memref<?x12xf32>, %a: index, %b: index) -> memref<?x?x3x4xf32> {
  %0 = memref.expand_shape %x [[0, 1], [2, 3]] output_shape [%a, %b, 3, 4] : memref<?x12xf32> into memref<?x?x3x4xf32>
  return %0 : memref<?x?x3x4xf32>
}

// CHECK-LABEL: func.func @collapse(
// CHECK-SAME:    %[[X:.+]]: memref<?x?x12xf32>)
// CHECK:         arith.muli
// CHECK:         memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%{{.+}}, 12], strides: [12, 1] : memref<?x?x12xf32> to memref<?x12xf32>
func.func @collapse(%x: memref<?x?x12xf32>) -> memref<?x12xf32> {
  %0 = memref.collapse_shape %x [[0, 1], [2]] : memref<?x?x12xf32> into memref<?x12xf32>
  return %0 : memref<?x12xf32>
}

// Static reshapes and strided buffers are upstream's.
// CHECK-LABEL: func.func @others(
// CHECK:         memref.expand_shape
// CHECK:         memref.expand_shape
func.func @others(%x: memref<6xf32>, %y: memref<?xf32, strided<[2]>>, %n: index) -> (memref<2x3xf32>, memref<?x2xf32, strided<[4, 2]>>) {
  %0 = memref.expand_shape %x [[0, 1]] output_shape [2, 3] : memref<6xf32> into memref<2x3xf32>
  %1 = memref.expand_shape %y [[0, 1]] output_shape [%n, 2] : memref<?xf32, strided<[2]>> into memref<?x2xf32, strided<[4, 2]>>
  return %0, %1 : memref<2x3xf32>, memref<?x2xf32, strided<[4, 2]>>
}
