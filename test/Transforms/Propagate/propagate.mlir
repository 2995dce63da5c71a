// RUN: sparse-opt %s --sparsity-propagate=assume-finite --remarks-filter=sparsity 2>&1 | FileCheck %s
// RUN: sparse-opt %s --sparsity-propagate --sparsity-prune=pattern=2:4 --remarks-filter=sparsity 2>&1 | FileCheck %s --check-prefix=STRICT

// Column 1 of the weight only meets zeros; a pruner takes it first.

// CHECK: softmax: fill 0 does not survive: zeros along dim 1 stop at 'linalg.softmax': each is an equal part of a sum
// CHECK: weight 'scaled': 1 slices along dim 1 that no result depends on are zero now
// STRICT: zeros along dim 1 stop at 'arith.mulf': 0 * x is 0 only if x is finite, which takes nnan and ninf, or assume-finite

#ij = affine_map<(i, j) -> (i, j)>
#j = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @scaled
// CHECK: sparsity.weight "scaled" dense<{{\[\[}}4.000000e+00, 0.000000e+00, 6.000000e+00, 7.000000e+00]]>
func.func @scaled(%x: tensor<3x4xf32>, %i: tensor<3x1xf32>) -> tensor<3x1xf32> {
  %s = arith.constant dense<[1.0, 0.0, 2.0, 3.0]> : tensor<4xf32>
  %w = sparsity.weight "scaled" dense<[[4.0, 5.0, 6.0, 7.0]]> : tensor<1x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %h = linalg.generic {indexing_maps = [#ij, #j, #ij], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<3x4xf32>, tensor<4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  %y = sparsity.linear ins(%h, %w : tensor<3x4xf32>, tensor<1x4xf32>) outs(%i : tensor<3x1xf32>) -> tensor<3x1xf32>
  return %y : tensor<3x1xf32>
}

// CHECK-LABEL: @stops
func.func @stops(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 3.0], [1.0, 0.0, 2.0, 4.0], [1.0, 0.0, 2.0, 5.0]]> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %h = math.tanh %w : tensor<3x4xf32>
  %y = linalg.softmax dimension(1) ins(%h : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) -> tensor<3x4xf32>
  %z = arith.mulf %h, %x : tensor<3x4xf32>
  return %y, %z : tensor<3x4xf32>, tensor<3x4xf32>
}
