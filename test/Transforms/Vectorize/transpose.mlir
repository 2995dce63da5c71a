// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-vectorize{lanes=4}))' | FileCheck %s

// Two rounds of interleaving transpose a block of 4 by 4; what is left over is
// copied element by element.
// CHECK-LABEL: func.func @transpose
// CHECK-COUNT-4: vector.load %arg0
// CHECK: vector.shuffle {{.*}} [0, 4, 1, 5]
// CHECK: vector.shuffle {{.*}} [2, 6, 3, 7]
// CHECK-COUNT-6: vector.shuffle
// CHECK-NOT: vector.shuffle
// CHECK-COUNT-4: vector.store {{.*}}%arg1
// CHECK: memref.load %arg0
// CHECK: memref.store {{.*}}%arg1
// CHECK-NOT: linalg
func.func @transpose(%x: memref<9x4xf32>, %y: memref<4x9xf32>) {
  linalg.transpose ins(%x : memref<9x4xf32>) outs(%y : memref<4x9xf32>) permutation = [1, 0]
  return
}
