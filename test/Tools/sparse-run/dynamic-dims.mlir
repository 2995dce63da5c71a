// Dimensions of inputs are free, those of outputs follow.
// RUN: %npy make %t.a.npy float32 2x3 1 2 3 4 5 6
// RUN: %npy make %t.b.npy float32 4x3 1 0 0 0 1 0 0 0 1 1 1 1
// RUN: sparse-run %s --input=%t.a.npy --input=%t.b.npy --output=%t.y.npy
// RUN: %npy show %t.y.npy | FileCheck %s
// RUN: %npy make %t.empty.npy float32 0x3 0
// RUN: sparse-run %s --input=%t.empty.npy --input=%t.b.npy --output=%t.y.npy
// RUN: %npy show %t.y.npy | FileCheck %s --check-prefix=EMPTY

// CHECK: float32 (2, 4) 1 2 3 6 4 5 6 15
// EMPTY: float32 (0, 4){{$}}
#a = affine_map<(i, j, k) -> (i, k)>
#b = affine_map<(i, j, k) -> (j, k)>
#c = affine_map<(i, j, k) -> (i, j)>
func.func @main(%a: tensor<?x3xf32>, %b: tensor<?x3xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x3xf32>
  %n = tensor.dim %b, %c0 : tensor<?x3xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %y = linalg.matmul indexing_maps = [#a, #b, #c] ins(%a, %b : tensor<?x3xf32>, tensor<?x3xf32>) outs(%f : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
