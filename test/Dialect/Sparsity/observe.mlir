// RUN: sparse-opt %s | FileCheck %s

// CHECK-LABEL: func.func @observe
func.func @observe(%x: tensor<?x8xf32>, %y: memref<2x4x8xbf16>) {
  // CHECK: sparsity.observe "q" %{{.*}} {aliases = ["k", "v"], gram, number = 3 : i64} : tensor<?x8xf32>
  sparsity.observe "q" %x {aliases = ["k", "v"], gram, number = 3 : i64} : tensor<?x8xf32>
  // CHECK: sparsity.observe "up" %{{.*}} : memref<2x4x8xbf16>
  sparsity.observe "up" %y : memref<2x4x8xbf16>
  return
}
