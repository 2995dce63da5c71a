// RUN: sparse-opt %s --sparsity-hoist-stack-buffers | FileCheck %s

// CHECK-LABEL: func.func @loop
// CHECK: omp.parallel
// CHECK-NEXT: %[[STATIC:.+]] = memref.alloca() : memref<4xf32>
// CHECK-NEXT: %[[SIZED:.+]] = memref.alloca(%arg0) : memref<?xf32>
// CHECK: omp.loop_nest
// CHECK-NOT: memref.alloca
// CHECK: memref.store %{{.+}}, %[[STATIC]]
// CHECK: memref.store %{{.+}}, %[[SIZED]]
func.func @loop(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        memref.alloca_scope {
          %a = memref.alloca() : memref<4xf32>
          %b = memref.alloca(%n) : memref<?xf32>
          memref.store %x, %a[%c0] : memref<4xf32>
          memref.store %x, %b[%c0] : memref<?xf32>
        }
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// A size that differs from iteration to iteration keeps the scope.
// CHECK-LABEL: func.func @varying
// CHECK: omp.loop_nest
// CHECK: memref.alloca_scope
// CHECK: memref.alloca(
func.func @varying(%n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        memref.alloca_scope {
          %b = memref.alloca(%i) : memref<?xf32>
          memref.store %x, %b[%c0] : memref<?xf32>
        }
        omp.yield
      }
    }
    omp.terminator
  }
  return
}
