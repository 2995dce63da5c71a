// RUN: sparse-opt %s --sparsity-balance-threads | FileCheck %s

// CHECK: func.func private @omp_get_thread_num() -> i32
// CHECK: func.func private @omp_get_num_threads() -> i32

// The second dimension varies fastest; all counters are set before the region.
// CHECK-LABEL: func.func @nest
// CHECK-SAME: (%[[M:.+]]: index, %[[N:.+]]: index,
// CHECK: %[[COUNTERS:.+]] = memref.alloca() {alignment = 64 : i64} : memref<128xi64>
// CHECK-COUNT-16: memref.store %{{.+}}, %[[COUNTERS]]
// CHECK: omp.parallel
// CHECK-NOT: omp.wsloop
// CHECK: %[[THREADS:.+]] = func.call @omp_get_num_threads
// CHECK: %[[THREAD:.+]] = func.call @omp_get_thread_num
// CHECK: scf.for
// CHECK: scf.while
// CHECK: memref.atomic_rmw addi %{{.+}}, %[[COUNTERS]]
// CHECK: scf.condition
// CHECK: arith.remui
// CHECK: arith.divui
// CHECK: memref.store %{{.+}} : memref<?x?xf32>
// CHECK: omp.terminator
func.func @nest(%m: index, %n: index, %a: memref<?x?xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i, %j) : index = (%c0, %c0) to (%m, %n) step (%c1, %c1) collapse(2) {
        memref.store %x, %a[%i, %j] : memref<?x?xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// A loop with a schedule, or with work after it, stays.
// CHECK-LABEL: func.func @others
// CHECK-NOT: memref.alloca
// CHECK: omp.wsloop schedule(static)
// CHECK: omp.wsloop {
// CHECK: memref.store
func.func @others(%n: index, %a: memref<?xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop schedule(static) {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        omp.yield
      }
    }
    memref.store %x, %a[%c0] : memref<?xf32>
    omp.terminator
  }
  return
}
