// RUN: sparse-opt %s --sparsity-emit-c-abi=gpu | FileCheck %s
// RUN: sparse-opt %s --sparsity-emit-c-abi=gpu | FileCheck %s --check-prefix=NAMED

// The program takes the state of the call last; the function around it a stream. Arrays go through the run-time support.

// CHECK: func.func private @sparseopt_rt_gpu_end(!llvm.ptr, i32, !llvm.ptr, i64, i64) -> i32
// CHECK: func.func private @sparseopt_rt_gpu_begin(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr) -> i32
// CHECK-LABEL: func.func private @f.body
// CHECK-SAME: (%arg0: !llvm.ptr {llvm.noalias}, %arg1: !llvm.ptr {llvm.noalias}, %arg2: i64, %arg3: !llvm.ptr {llvm.noalias}, %arg4: !llvm.ptr {llvm.noalias}, %arg5: !llvm.ptr {llvm.noalias}) -> i32
func.func @f(%x: memref<?x4xf32> {sparsity.role = "input", sparsity.name = "x"}, %y: memref<?x4xf32> {sparsity.role = "output", sparsity.name = "y"})
    attributes {sparsity.sizes = @f.sizes} {
  return
}

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[MODEL:[^:]*]]: !llvm.ptr, %[[X:[^:]*]]: !llvm.ptr, %[[N:[^:]*]]: i64, %[[Y:[^:]*]]: !llvm.ptr, %[[WORKSPACE:[^:]*]]: !llvm.ptr, %[[STREAM:[^:]*]]: !llvm.ptr) -> i32
// CHECK: %[[STATUS:.*]] = call @sparseopt_rt_gpu_begin(%[[STATE:[^,]*]], %[[MODEL]], %[[STREAM]], %{{.*}}) :
// CHECK: cf.cond_br
// CHECK: return %[[STATUS]]
// CHECK: %[[DX:.*]] = llvm.load
// CHECK: %[[DY:.*]] = llvm.load
// CHECK: %[[RESULT:.*]] = call @f.body(%[[MODEL]], %[[DX]], %[[N]], %[[DY]], %[[WORKSPACE]], %[[STATE]])
// CHECK: %[[END:.*]] = call @sparseopt_rt_gpu_end(%[[STATE]], %[[RESULT]],
// CHECK: return %[[END]]

// CHECK-LABEL: func.func @f_packed(%arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: !llvm.ptr, %arg3: !llvm.ptr, %arg4: !llvm.ptr) -> i32
func.func private @f.sizes(%n: index) -> (index, index) {
  %c4 = arith.constant 4 : index
  return %n, %c4 : index, index
}

// An array that has the name of the stream gets another one.
// NAMED: "named: input stream_0 is a null pointer\00"
func.func @named(%x: memref<4xf32> {sparsity.role = "input", sparsity.name = "stream"}, %y: memref<4xf32> {sparsity.role = "output", sparsity.name = "y"})
    attributes {sparsity.sizes = @named.sizes} {
  return
}
func.func private @named.sizes() -> index {
  %c4 = arith.constant 4 : index
  return %c4 : index
}
