// RUN: sparse-opt %s --sparsity-shrink=assume-finite --remarks-filter=sparsity 2>&1 | FileCheck %s

// The first group goes as a whole. Without the dead columns 4, 5, 9 and 11 the rest would be 4 values in a row.

// CHECK: weight 'groups': 4 dead slices along dim 1 stay: without them it would not be 2:4
// CHECK-LABEL: @groups
// CHECK: sparsity.weight "up" {{.*}} : tensor<8x2xf32>
// CHECK: sparsity.weight "groups" pattern [#sparsity.nm<2:4, dim = 1>] dense<{{\[\[}}0.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 0.000000e+00, 4.000000e+00, 0.000000e+00]]> : tensor<1x8xf32>
func.func @groups(%x: tensor<?x2xf32>, %n: index) -> tensor<?x1xf32> {
  %up = sparsity.weight "up" dense<[[9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0]]> : tensor<12x2xf32>
  %down = sparsity.weight "groups" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 4.0, 0.0]]> : tensor<1x12xf32>
  %i0 = tensor.empty(%n) : tensor<?x12xf32>
  %i1 = tensor.empty(%n) : tensor<?x1xf32>
  %h = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<12x2xf32>) outs(%i0 : tensor<?x12xf32>) -> tensor<?x12xf32>
  %y = sparsity.linear ins(%h, %down : tensor<?x12xf32>, tensor<1x12xf32>) outs(%i1 : tensor<?x1xf32>) -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// Blocks do not stand in the way of any removal.

// CHECK-LABEL: @blocks
// CHECK: sparsity.weight "blocks" pattern [#sparsity.block<1x2>] dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
func.func @blocks(%x: tensor<?x2xf32>, %n: index) -> tensor<?x1xf32> {
  %up = sparsity.weight "up2" dense<[[9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 9.0]]> : tensor<4x2xf32>
  %down = sparsity.weight "blocks" pattern [#sparsity.block<1x2>] dense<[[0.0, 0.0, 1.0, 2.0]]> : tensor<1x4xf32>
  %i0 = tensor.empty(%n) : tensor<?x4xf32>
  %i1 = tensor.empty(%n) : tensor<?x1xf32>
  %h = sparsity.linear ins(%x, %up : tensor<?x2xf32>, tensor<4x2xf32>) outs(%i0 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %y = sparsity.linear ins(%h, %down : tensor<?x4xf32>, tensor<1x4xf32>) outs(%i1 : tensor<?x1xf32>) -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
