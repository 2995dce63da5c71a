// RUN: sparse-opt %s -sparsity-lower-asserts | FileCheck %s

// CHECK:       llvm.mlir.global private constant @sparseopt.assertion{{[0-9]+}}("empty batch\00")

// In an entry's body the status is returned.
// CHECK-LABEL: func.func private @f.body
// CHECK:         cf.cond_br %{{.+}}, ^[[NEXT:.+]], ^[[FAIL:.+]]
// CHECK:       ^[[NEXT]]:
// CHECK:         return
// CHECK:       ^[[FAIL]]:
// CHECK:         call @sparseopt_rt_fail
// CHECK:         %[[STATUS:.+]] = arith.constant 3 : i32
// CHECK:         return %[[STATUS]]
func.func private @f.body(%ok: i1) -> i32 attributes {sparsity.entry_body} {
  %zero = arith.constant 0 : i32
  cf.assert %ok, "empty batch"
  return %zero : i32
}

// Elsewhere there is nobody to return it to.
// CHECK-LABEL: func.func private @helper
// CHECK-NOT:     cf.assert
// CHECK:         call @sparseopt_rt_abort
func.func private @helper(%ok: i1) {
  cf.assert %ok, "bad index"
  return
}
