// RUN: sparse-opt %s -split-input-file -sparsity-results-to-out-params | FileCheck %s

// A returned allocation becomes the caller's buffer; nothing is copied.
// CHECK-LABEL: func.func @direct(
// CHECK-SAME:    %[[IN:.+]]: memref<4xf32> {sparsity.role = "input"}
// CHECK-SAME:    %[[OUT:.+]]: memref<4xf32> {sparsity.role = "output"})
// CHECK-SAME:    sparsity.sizes = @direct.sizes
// CHECK-NOT:     memref.alloc
// CHECK:         linalg.exp ins(%[[IN]] : memref<4xf32>) outs(%[[OUT]] : memref<4xf32>)
// CHECK-NOT:     memref.copy
// CHECK:         return{{$}}
// CHECK:       func.func private @direct.sizes() -> index {
// CHECK:         %[[C4:.+]] = arith.constant 4
// CHECK:         return %[[C4]]
func.func @direct(%in: memref<4xf32>) -> memref<4xf32> {
  %0 = memref.alloc() : memref<4xf32>
  linalg.exp ins(%in : memref<4xf32>) outs(%0 : memref<4xf32>)
  return %0 : memref<4xf32>
}

// -----

// Sizes are computed from the dynamic dims of the inputs, in their order.
// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME:    memref<?x8xf32> {sparsity.role = "input"}, %{{.+}}: memref<?xi64> {sparsity.role = "input"}
// CHECK-SAME:    memref<?x8xf32> {sparsity.role = "output"}
// CHECK:       func.func private @dynamic.sizes(%[[D0:.+]]: index, %[[D1:.+]]: index) -> (index, index)
// CHECK:         %[[SUM:.+]] = arith.addi %[[D0]], %[[D1]]
// CHECK:         return %[[SUM]], %{{.+}}
func.func @dynamic(%a: memref<?x8xf32>, %b: memref<?xi64>) -> memref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %d0 = memref.dim %a, %c0 : memref<?x8xf32>
  %d1 = memref.dim %b, %c0 : memref<?xi64>
  %n = arith.addi %d0, %d1 : index
  %0 = memref.alloc(%n) : memref<?x8xf32>
  linalg.fill ins(%zero : f32) outs(%0 : memref<?x8xf32>)
  return %0 : memref<?x8xf32>
}

// -----

// Reshapes between allocation and return are inverted.
// CHECK-LABEL: func.func @reshaped(
// CHECK-SAME:    %[[OUT:[a-z0-9]+]]: memref<?x12xf32> {sparsity.role = "output"}
// CHECK:         %[[VIEW:.+]] = memref.expand_shape %[[OUT]] {{\[}}[0], [1, 2]] output_shape [%{{.+}}, 3, 4]
// CHECK:         linalg.fill ins(%{{.+}} : f32) outs(%[[VIEW]] : memref<?x3x4xf32>)
// CHECK-NOT:     memref.copy
func.func @reshaped(%a: memref<?xf32>) -> memref<?x12xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %d0 = memref.dim %a, %c0 : memref<?xf32>
  %0 = memref.alloc(%d0) : memref<?x3x4xf32>
  linalg.fill ins(%zero : f32) outs(%0 : memref<?x3x4xf32>)
  %1 = memref.collapse_shape %0 [[0], [1, 2]] : memref<?x3x4xf32> into memref<?x12xf32>
  return %1 : memref<?x12xf32>
}

// -----

// Two reshapes in a row: each is inverted with its own sizes.
// CHECK-LABEL: func.func @reshaped_twice(
// CHECK-SAME:    %[[OUT:[a-z0-9]+]]: memref<10x2xf32> {sparsity.role = "output"}
// CHECK:         %[[PARTS:.*]] = memref.expand_shape %[[OUT]] {{\[\[}}0, 1], [2]] output_shape [5, 2, 2]
// CHECK:         %[[ROOT:.*]] = memref.collapse_shape %[[PARTS]] {{\[\[}}0], [1, 2]]
// CHECK:         linalg.fill {{.*}} outs(%[[ROOT]] : memref<5x4xf32>)
func.func @reshaped_twice() -> memref<10x2xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = memref.alloc() : memref<5x4xf32>
  linalg.fill ins(%zero : f32) outs(%0 : memref<5x4xf32>)
  %1 = memref.expand_shape %0 [[0], [1, 2]] output_shape [5, 2, 2] : memref<5x4xf32> into memref<5x2x2xf32>
  %2 = memref.collapse_shape %1 [[0, 1], [2]] : memref<5x2x2xf32> into memref<10x2xf32>
  return %2 : memref<10x2xf32>
}

// -----

// An input that is returned, and a buffer that is returned twice, are copied.
// CHECK-LABEL: func.func @copied(
// CHECK-SAME:    %[[IN:[a-z0-9]+]]: memref<4xf32> {sparsity.role = "input"}
// CHECK-SAME:    %[[OUT0:[a-z0-9]+]]: memref<4xf32>
// CHECK-SAME:    %[[OUT1:[a-z0-9]+]]: memref<4xf32>
// CHECK-SAME:    %[[OUT2:[a-z0-9]+]]: memref<4xf32>
// CHECK-DAG:     memref.copy %[[IN]], %[[OUT0]]
// CHECK-DAG:     memref.copy %[[OUT1]], %[[OUT2]]
func.func @copied(%in: memref<4xf32>) -> (memref<4xf32>, memref<4xf32>, memref<4xf32>) {
  %0 = memref.alloc() : memref<4xf32>
  linalg.exp ins(%in : memref<4xf32>) outs(%0 : memref<4xf32>)
  return %in, %0, %0 : memref<4xf32>, memref<4xf32>, memref<4xf32>
}
