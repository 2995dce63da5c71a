// An operation that could work in place leaves the caller's array alone: the
// second result is the input.
// RUN: %npy make %t.x.npy float32 2 1 2
// RUN: sparse-run %s --input=%t.x.npy | FileCheck %s

// CHECK:      out0: float32[2]: 11 12
// CHECK-NEXT: out1: float32[2]: 1 2
func.func @f(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %ten = arith.constant 10.0 : f32
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%x : tensor<2xf32>) {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %ten : f32
    linalg.yield %0 : f32
  } -> tensor<2xf32>
  return %y, %x : tensor<2xf32>, tensor<2xf32>
}
