// RUN: sparse-opt %s -o %t.mlir
// RUN: sparse-opt %t.mlir --sparsity-shrink=assume-finite | diff %t.mlir -
// RUN: sparse-opt %s --sparsity-shrink=assume-finite --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s

// What cannot go stays as it was, and a remark says why.

// CHECK: weight 'result': 1 zero slices along dim 0 stay: it is a result of the function
func.func @result(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %w = sparsity.weight "result" dense<[[1.0, 2.0], [0.0, 0.0]]> : tensor<2x2xf32>
  %i = tensor.empty(%n) : tensor<?x2xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK: weight 'summed': 1 zero slices along dim 0 stay: 'linalg.softmax' sums over it, and zeros count in that sum
func.func @softmax(%x: tensor<3x2xf32>) -> tensor<3x1xf32> {
  %w = sparsity.weight "summed" dense<[[1.0, 2.0], [0.0, 0.0]]> : tensor<2x2xf32>
  %d = sparsity.weight "down" dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %i = tensor.empty() : tensor<3x2xf32>
  %o = tensor.empty() : tensor<3x1xf32>
  %y = sparsity.linear ins(%x, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%i : tensor<3x2xf32>) -> tensor<3x2xf32>
  %p = linalg.softmax dimension(1) ins(%y : tensor<3x2xf32>) outs(%i : tensor<3x2xf32>) -> tensor<3x2xf32>
  %z = sparsity.linear ins(%p, %d : tensor<3x2xf32>, tensor<1x2xf32>) outs(%o : tensor<3x1xf32>) -> tensor<3x1xf32>
  return %z : tensor<3x1xf32>
}

func.func @no_zeros(%x: tensor<?x2xf32>, %n: index) -> tensor<?x2xf32> {
  %w = sparsity.weight "dense" dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %i = tensor.empty(%n) : tensor<?x2xf32>
  %h = sparsity.linear ins(%x, %w : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
  %y = sparsity.linear ins(%h, %w : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
