// RUN: sparse-opt %s --sparsity-to-cpu="target-cpu=znver4" -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-to-cpu="target-cpu=znver4 threading=none" -split-input-file | FileCheck %s --check-prefix=SERIAL

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>

// Two layers with one spec share one function; the weight becomes a global.
// CHECK: memref.global "private" constant @packed_up : memref<512xi8> = dense<0> {alignment = 64 : i64}
// CHECK-LABEL: func.func @memrefs
// CHECK: memref.get_global @packed_up
// CHECK: call @[[K:sparsity_cpu_dense_2x4_[0-9a-f]+]]({{.*}}) {sparsity.layer = "up"}
// CHECK: call @[[K]](
// CHECK-NOT: packed.
// CHECK: func.func private @[[K]](
// CHECK: scf.parallel
// CHECK-NOT: func.func private
// SERIAL-NOT: scf.parallel
func.func @memrefs(%x: memref<3x4xf32>, %y: memref<3x2xf32>) {
  %p = packed.constant "up" dense<0> : tensor<512xi8> -> !W
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  packed.linear ins(%x, %p : memref<3x4xf32>, !W) outs(%y : memref<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>

// CHECK-LABEL: func.func @tensors
// CHECK: %[[OUT:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?x2xf32>
// CHECK: bufferization.to_buffer %{{.*}} read_only : tensor<?x4xf32> to memref<?x4xf32>
// CHECK: call @sparsity_cpu_dense
// CHECK: %[[R:.*]] = bufferization.to_tensor %[[OUT]] restrict writable
// CHECK: return %[[R]]
func.func @tensors(%x: tensor<?x4xf32>, %y: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %p = packed.constant "up" dense<0> : tensor<512xi8> -> !W
  %r = packed.linear ins(%x, %p : tensor<?x4xf32>, !W) outs(%y : tensor<?x2xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>

// CHECK-LABEL: func.func @by_tokens
// CHECK: %[[C:.*]] = arith.cmpi sle, %{{.*}}, %{{.*}} : i64
// CHECK: scf.if %[[C]]
// CHECK: call @sparsity_cpu_dense
// CHECK: else
// CHECK: call @sparsity_cpu_dense
func.func @by_tokens(%x: memref<?x4xf32>, %y: memref<?x2xf32>) {
  %p = packed.constant "up" dense<0> : tensor<512xi8> -> !W
  packed.linear ins(%x, %p : memref<?x4xf32>, !W) outs(%y : memref<?x2xf32>) kernel = #sparsity.by_tokens<[16 : #sparsity.kernel<"cpu.dense">, ? : #sparsity.kernel<"cpu.dense">]>
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>

// Operands that are not contiguous are copied, and the result is copied back.
// CHECK-LABEL: func.func @strided
// CHECK: memref.copy %{{.*}}, %[[X:.*]] : memref<3x4xf32, strided<[8, 1]>> to memref<3x4xf32>
// CHECK: call @sparsity_cpu_dense
// CHECK: memref.copy %{{.*}}, %{{.*}} : memref<3x2xf32> to memref<3x2xf32, strided<[1, 3]>>
// CHECK: memref.dealloc
func.func @strided(%x: memref<3x4xf32, strided<[8, 1]>>, %y: memref<3x2xf32, strided<[1, 3]>>) {
  %p = packed.constant "up" dense<0> : tensor<512xi8> -> !W
  packed.linear ins(%x, %p : memref<3x4xf32, strided<[8, 1]>>, !W) outs(%y : memref<3x2xf32, strided<[1, 3]>>) kernel = #sparsity.kernel<"cpu.dense">
  return
}

// -----

!W = !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>

// An extra that varies along one of two token dims is spread first.
// CHECK-LABEL: func.func @partial_extra
// CHECK: linalg.generic
// CHECK: call @sparsity_cpu_dense
func.func @partial_extra(%x: memref<2x3x4xf32>, %e: memref<3x2xf32>, %y: memref<2x3x2xf32>) {
  %p = packed.constant "up" dense<0> : tensor<512xi8> -> !W
  packed.linear ins(%x, %p : memref<2x3x4xf32>, !W) extra(%e : affine_map<(b, t, o) -> (t, o)>, memref<3x2xf32>) outs(%y : memref<2x3x2xf32>) {
  ^bb0(%acc: f32, %v: f32):
    %0 = arith.addf %acc, %v : f32
    sparsity.yield %0 : f32
  } kernel = #sparsity.kernel<"cpu.dense">
  return
}
