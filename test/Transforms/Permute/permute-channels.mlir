// RUN: sparse-opt %s --sparsity-permute-channels --remarks-filter=sparsity -split-input-file -o %t.mlir 2> %t.err
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=REMARK < %t.err

// Four large channels share a group of four. Columns of the second weight, rows of the
// first one and the bias in between move together; another reader of the bias does
// not see it. Each has the same numbers, so that one order shows in all.
// REMARK: [Passed] sparsity-permute-channels {{.*}}reordered the input channels of 'down': 2:4 keeps 96.77 % of the score, 57.10 % before
//   CHECK-LABEL: func.func @mlp
//         CHECK: %[[NEW:.*]] = arith.constant dense<[[ORDER:\[.*\]]]> : tensor<8xf32>
//         CHECK: %[[OLD:.*]] = arith.constant dense<[9.000000e+00, 8.000000e+00, 7.000000e+00, 6.000000e+00, 1.000000e-01, 2.000000e-01, 3.000000e-01, 4.000000e-01]>
//         CHECK: sparsity.weight "up"
//         CHECK: sparsity.weight "down" dense<{{\[}}[[ORDER]]{{\]}}> : tensor<1x8xf32>
//         CHECK: extra(%[[NEW]]
//         CHECK: return %{{.*}}, %[[OLD]]
func.func @mlp(%x: tensor<8x2xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> (tensor<8x1xf32>, tensor<8xf32>) {
  %b = arith.constant dense<[9.0, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]> : tensor<8xf32>
  %u = sparsity.weight "up" dense<[[9.0, 0.0], [8.0, 0.0], [7.0, 0.0], [6.0, 0.0], [0.1, 0.0], [0.2, 0.0], [0.3, 0.0], [0.4, 0.0]]> : tensor<8x2xf32>
  %d = sparsity.weight "down" dense<[[9.0, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<8xf32>) outs(%h : tensor<8x8xf32>) {
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    sparsity.yield %s : f32
  } -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1, %b : tensor<8x1xf32>, tensor<8xf32>
}

// -----

// One group has no freedom, and equal channels none to use.
// REMARK: [Missed] sparsity-permute-channels {{.*}}input channels of 'down' stay in order: no better order was found for 2:4
//   CHECK-LABEL: func.func @equal
//         CHECK: "down" dense<1.0
func.func @equal(%x: tensor<8x2xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x2xf32>
  %d = sparsity.weight "down" dense<1.0> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) outs(%h : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1 : tensor<8x1xf32>
}
