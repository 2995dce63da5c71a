// RUN: sparse-opt %s --sparsity-linalg-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

// One thread per element; the grid covers the dynamic size.

// CHECK-LABEL: func.func @add
// CHECK: %[[N:.*]] = memref.dim %arg0
// CHECK: %[[TOTAL:.*]] = arith.muli
// CHECK: %[[BLOCKS:.*]] = arith.ceildivui %[[TOTAL]]
// CHECK: gpu.launch_func @kernels::@add blocks in (%[[BLOCKS]], %{{.*}}, %{{.*}}) threads in (%{{.*}}, %{{.*}}, %{{.*}}) args(
// CHECK: gpu.module @kernels
// CHECK: gpu.func @add(
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult
// CHECK: scf.if %[[INSIDE]]
// CHECK: arith.remui
// CHECK: arith.addf
// CHECK: memref.store
func.func @add(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  linalg.add ins(%x, %x : memref<?x8xf32>, memref<?x8xf32>) outs(%y : memref<?x8xf32>)
  return
}

// -----

// A reduction along a contiguous dimension: one warp per result, sums of 16-bit floats in f32.

// CHECK-LABEL: func.func @rows
// CHECK: %[[WARP:.*]] = arith.constant 32 : index
// CHECK: gpu.launch_func @kernels::@reduce blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%[[WARP]],
// CHECK: gpu.func @reduce(
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (f32)
// CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK: arith.addf %{{.*}}, %[[WIDE]] : f32
// CHECK: gpu.all_reduce add
// CHECK: arith.truncf %{{.*}} : f32 to bf16
func.func @rows(%x: memref<4x64xbf16>, %y: memref<4xbf16>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x64xbf16>) outs(%y : memref<4xbf16>) {
  ^bb0(%a: bf16, %s: bf16):
    %0 = arith.addf %s, %a : bf16
    linalg.yield %0 : bf16
  }
  return
}

// -----

// Long rows get a whole block.

// CHECK-LABEL: func.func @long_rows
// CHECK: %[[BLOCK:.*]] = arith.constant 256 : index
// CHECK: gpu.launch_func @kernels::@reduce blocks in (%{{.*}}, %{{.*}}, %{{.*}}) threads in (%[[BLOCK]],
// CHECK: gpu.all_reduce maximumf
func.func @long_rows(%x: memref<4x4096xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x4096xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.maximumf %s, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// What an iteration writes beside its sum is stored in the loop.

// CHECK-LABEL: func.func @exp_and_sum
// CHECK: gpu.func @reduce(
// CHECK: scf.for
// CHECK: %[[EXP:.*]] = math.exp
// CHECK: memref.store %[[EXP]]
// CHECK: scf.yield
// CHECK: gpu.all_reduce add
func.func @exp_and_sum(%x: memref<4x64xf32>, %e: memref<4x64xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x64xf32>) outs(%e, %y : memref<4x64xf32>, memref<4xf32>) {
  ^bb0(%a: f32, %o: f32, %s: f32):
    %0 = math.exp %a : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %0, %1 : f32, f32
  }
  return
}

// -----

// A product whose reduction is contiguous for no operand: one thread per result.

// CHECK-LABEL: func.func @columns
// CHECK: gpu.func @reduce(
// CHECK-NOT: gpu.all_reduce
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (f32)
func.func @columns(%x: memref<64x4xf32>, %w: memref<64x8xf32>, %y: memref<4x8xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<64x4xf32>, memref<64x8xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// Equal kernels are one function; copies and stores are kernels, too.

// CHECK-LABEL: func.func @twice
// CHECK: gpu.launch_func @kernels::@copy {{.*}} args(%{{.*}} : memref<4xf32>, %{{.*}} : memref<4xf32>)
// CHECK: gpu.launch_func @kernels::@copy {{.*}} args(%{{.*}} : memref<4xf32>, %{{.*}} : memref<4xf32>)
// CHECK: gpu.launch_func @kernels::@store
// CHECK-COUNT-2: gpu.func
// CHECK-NOT: gpu.func
func.func @twice(%x: memref<4xf32>, %y: memref<4xf32>, %z: memref<4xf32>, %v: f32) {
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  memref.copy %y, %z : memref<4xf32> to memref<4xf32>
  %c1 = arith.constant 1 : index
  memref.store %v, %z[%c1] : memref<4xf32>
  return
}
