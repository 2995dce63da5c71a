// RUN: sparse-opt %s -sparsity-relax-reductions | FileCheck %s

#in = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// CHECK-LABEL: func.func @sum_of_squares
// CHECK:         arith.mulf {{.*}} fastmath<reassoc,contract>
// CHECK:         arith.addf {{.*}} fastmath<reassoc,contract>
func.func @sum_of_squares(%x: memref<4x8xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [#in, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x8xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %0 = arith.mulf %a, %a : f32
    %1 = arith.addf %acc, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// What is not summed keeps its order, and a maximum says nothing of NaN.
// CHECK-LABEL: func.func @others
// CHECK:         arith.addf %{{.+}}, %{{.+}} : f32
// CHECK:         arith.maximumf %{{.+}}, %{{.+}} : f32
func.func @others(%x: memref<4x8xf32>, %y: memref<4x8xf32>, %z: memref<4xf32>) {
  linalg.generic {indexing_maps = [#in, #in], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<4x8xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#in, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x8xf32>) outs(%z : memref<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %0 = arith.maximumf %a, %acc : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func.func @vectors
// CHECK:         vector.reduction <add>, %{{.+}} fastmath<reassoc,contract> : vector<16xf32> into f32
// CHECK:         vector.reduction <maximumf>, %{{.+}} : vector<16xf32> into f32
// CHECK:         vector.reduction <add>, %{{.+}} : vector<16xi32> into i32
func.func @vectors(%x: vector<16xf32>, %i: vector<16xi32>) -> (f32, f32, i32) {
  %0 = vector.reduction <add>, %x : vector<16xf32> into f32
  %1 = vector.reduction <maximumf>, %x : vector<16xf32> into f32
  %2 = vector.reduction <add>, %i : vector<16xi32> into i32
  return %0, %1, %2 : f32, f32, i32
}

// CHECK-LABEL: func.func @carried
// CHECK:         arith.addf {{.*}} fastmath<reassoc,contract>
func.func @carried(%x: memref<64xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%acc = %zero) -> f32 {
    %a = memref.load %x[%i] : memref<64xf32>
    %0 = arith.addf %acc, %a : f32
    scf.yield %0 : f32
  }
  return %sum : f32
}
