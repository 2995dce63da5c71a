// RUN: sparse-opt %s -sparsity-emit-c-abi | FileCheck %s
// RUN: sparse-opt %s -sparsity-emit-c-abi=prefix=net | FileCheck %s --check-prefix=PREFIX
// RUN: sparse-opt %s -sparsity-emit-c-abi=library-name=lib | FileCheck %s --check-prefix=NAME

// CHECK:       sparsity.entries = [
// CHECK-SAME:    {inputs = [{name = "x", type = tensor<?x4xf32>}], name = "f", outputs = [{name = "out0", type = tensor<?x4xf32>}], symbol = "f"}
// CHECK-SAME:    {inputs = [], name = "main", outputs = [{name = "out0", type = tensor<4xf32>}], symbol = "sparseopt_main"}
// PREFIX:      symbol = "net_f"
// PREFIX-SAME: symbol = "net_main"
// NAME:        symbol = "f"
// NAME-SAME:   symbol = "lib_main"

// The program: pointers that do not alias, sizes as integers.
// CHECK-LABEL: func.func private @f.body(
// CHECK-SAME:    %{{.+}}: !llvm.ptr {llvm.noalias}, %{{.+}}: !llvm.ptr {llvm.noalias}, %{{.+}}: i64, %{{.+}}: !llvm.ptr {llvm.noalias}, %{{.+}}: !llvm.ptr {llvm.noalias}) -> i32
// CHECK-SAME:    sparsity.entry_body
func.func @f(%x: memref<?x4xf32> {sparsity.role = "input", sparsity.name = "x"},
             %y: memref<?x4xf32> {sparsity.role = "output"},
             %w: memref<?xi8> {sparsity.role = "weights"},
             %ws: memref<?xi8> {sparsity.role = "workspace"}) attributes {sparsity.sizes = @f.sizes} {
  memref.copy %x, %y : memref<?x4xf32> to memref<?x4xf32>
  return
}
func.func private @f.sizes(%d: index) -> (index, index, index) {
  %c4 = arith.constant 4 : index
  return %d, %c4, %d : index, index, index
}
func.func @main(%y: memref<4xf32> {sparsity.role = "output"}) attributes {sparsity.sizes = @main.sizes} {
  return
}
func.func private @main.sizes() -> (index, index) {
  %c4 = arith.constant 4 : index
  return %c4, %c4 : index, index
}

// The typed function checks what can be checked, then calls the program.
// CHECK-LABEL: func.func @f(
// CHECK-SAME:    %[[MODEL:.+]]: !llvm.ptr, %[[X:.+]]: !llvm.ptr, %[[D:.+]]: i64, %[[Y:.+]]: !llvm.ptr, %[[WS:.+]]: !llvm.ptr) -> i32
// CHECK:         call @sparseopt_rt_fail
// CHECK:         arith.cmpi slt, %[[D]]
// CHECK:         %[[S:.+]] = call @f.body(%[[MODEL]], %[[X]], %[[D]], %[[Y]], %[[WS]])
// CHECK:         return %[[S]]
// CHECK-LABEL: func.func @f_sizes(
// CHECK-SAME:    %{{.+}}: i64, %{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr) -> i32
// CHECK:         call @f.sizes
// CHECK-LABEL: func.func @f_packed(
// CHECK:         call @f(
// CHECK-LABEL: func.func @f_packed_sizes(
// CHECK:         call @f_sizes(
