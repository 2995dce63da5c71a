// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-vectorize,canonicalize,cse))' --split-input-file | FileCheck %s
// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-vectorize{lanes=8 registers=16},canonicalize,cse))' --split-input-file | FileCheck %s --check-prefix=AVX2

// Eight rows by two vectors in registers; the zero fill becomes their start.
// CHECK-LABEL: func.func @matmul
// CHECK: %[[ZERO:.+]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK-NOT: linalg.fill
// CHECK: scf.for %[[J:.+]] = {{.*}} step %c32
// CHECK: scf.for %[[I:.+]] = {{.*}} step %c8
// CHECK: %[[ACC:.+]]:16 = scf.for {{.*}} iter_args({{.*}} = %[[ZERO]]
// CHECK-COUNT-2: vector.load %arg1
// CHECK-COUNT-16: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK-COUNT-16: vector.store
// CHECK-NOT: vector.maskedstore

// AVX2-LABEL: func.func @matmul
// AVX2: scf.for {{.*}} step %c16
// AVX2: scf.for {{.*}} step %c6
// AVX2: :12 = scf.for
func.func @matmul(%a: memref<24x10xf32>, %b: memref<10x64xf32>, %c: memref<24x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<24x64xf32>)
  linalg.matmul ins(%a, %b : memref<24x10xf32>, memref<10x64xf32>) outs(%c : memref<24x64xf32>)
  return
}

// -----

// Without a fill the result is added to; sizes may be dynamic.
// CHECK-LABEL: func.func @dynamic
// CHECK: vector.load %arg2
// CHECK: vector.fma
// CHECK: vector.maskedload %arg2
// CHECK: vector.maskedload %arg1
// CHECK: vector.maskedstore %arg2
func.func @dynamic(%a: memref<?x?x?xf32>, %b: memref<?x?x?xf32>, %c: memref<?x?x?xf32>) {
  linalg.batch_matmul ins(%a, %b : memref<?x?x?xf32>, memref<?x?x?xf32>) outs(%c : memref<?x?x?xf32>)
  return
}

// -----

// A fill with something else is kept.
// CHECK-LABEL: func.func @ones
// CHECK: vector.store %{{.+}}, %arg2
// CHECK: vector.load %arg2
// CHECK: vector.fma
func.func @ones(%a: memref<8x10xf32>, %b: memref<10x32xf32>, %c: memref<8x32xf32>) {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%c : memref<8x32xf32>)
  linalg.matmul ins(%a, %b : memref<8x10xf32>, memref<10x32xf32>) outs(%c : memref<8x32xf32>)
  return
}

// -----

// Both operands along the reduction: a sum of products per element.
// CHECK-LABEL: func.func @dot
// CHECK-NOT: vector.fma
// CHECK: vector.reduction <add>
func.func @dot(%a: memref<3x64xf32>, %b: memref<5x64xf32>, %c: memref<3x5xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<3x64xf32>, memref<5x64xf32>) outs(%c : memref<3x5xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %t = arith.addf %m, %o : f32
    linalg.yield %t : f32
  }
  return
}
