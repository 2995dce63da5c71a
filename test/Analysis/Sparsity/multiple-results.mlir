// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s

// The second sum adds what the first one has become, not what it was before the loop.

// CHECK-LABEL: @two_sums
// CHECK: #0 : tensor<f32>: unknown
// CHECK: #1 : tensor<f32>: unknown
func.func @two_sums(%x: tensor<4xf32>) -> (tensor<f32>, tensor<f32>) {
  %z = arith.constant dense<0.0> : tensor<f32>
  %r:2 = linalg.generic {indexing_maps = [affine_map<(d)->(d)>, affine_map<(d)->()>, affine_map<(d)->()>], iterator_types = ["reduction"]}
    ins(%x : tensor<4xf32>) outs(%z, %z : tensor<f32>, tensor<f32>) {
  ^bb0(%a: f32, %s: f32, %t: f32):
    %s1 = arith.addf %s, %a : f32
    %t1 = arith.addf %t, %s : f32
    linalg.yield %s1, %t1 : f32, f32
  } -> (tensor<f32>, tensor<f32>)
  return %r#0, %r#1 : tensor<f32>, tensor<f32>
}
