// A module that only names its weights runs on a checkpoint beside it.
// RUN: %python %S/../../Inputs/safetensors.py %t.safetensors up:F32:2x2:1,2,3,4
// RUN: %npy make %t.x.npy float32 1x2 10 1
// RUN: sparse-run %s --sparsity-weights=%t.safetensors --input=%t.x.npy --threads=1 | FileCheck %s
// RUN: not sparse-run %s --input=%t.x.npy --threads=1 2>&1 | FileCheck %s --check-prefix=UNBOUND

// CHECK: float32[1, 2]: 12 34
// UNBOUND: error: weight 'up' has no data
func.func @f(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense_resource<up> : tensor<2x2xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x2xf32>) -> tensor<1x2xf32>
  %y = linalg.matmul indexing_maps = [affine_map<(t, o, k) -> (t, k)>, affine_map<(t, o, k) -> (o, k)>, affine_map<(t, o, k) -> (t, o)>] ins(%x, %w : tensor<1x2xf32>, tensor<2x2xf32>) outs(%init : tensor<1x2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
