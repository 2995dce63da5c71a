// RUN: sparse-opt %s -sparsity-profile-steps | FileCheck %s

// Calls with one name are one step.
// CHECK:       sparsity.profile = ["up", "softmax"]
// CHECK-LABEL: func.func private @f.body(
// CHECK-SAME:    %[[MODEL:.+]]: !llvm.ptr)
// CHECK:         %[[T0:.+]] = call @sparseopt_rt_clock()
// CHECK-NEXT:    call @kernel() {sparsity.layer = "up"}
// CHECK-NEXT:    %[[S0:.+]] = arith.constant 0 : i64
// CHECK-NEXT:    call @sparseopt_rt_profile(%[[MODEL]], %[[S0]], %[[T0]])
// CHECK:         call @kernel() {sparsity.step = "softmax"}
// CHECK-NEXT:    %[[S1:.+]] = arith.constant 1 : i64
// CHECK:         call @kernel() {sparsity.layer = "up"}
// CHECK-NEXT:    arith.constant 0 : i64
// CHECK:         call @kernel() : () -> ()
// CHECK-NEXT:    return
func.func private @kernel()
func.func private @f.body(%model: !llvm.ptr) -> () attributes {sparsity.entry_body} {
  call @kernel() {sparsity.layer = "up"} : () -> ()
  call @kernel() {sparsity.step = "softmax"} : () -> ()
  call @kernel() {sparsity.layer = "up"} : () -> ()
  call @kernel() : () -> ()
  return
}
