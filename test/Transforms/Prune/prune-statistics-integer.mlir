// RUN: %python %S/../../Inputs/safetensors.py %t.st up.n_tokens:I64:1:4 up.sum:F64:4:0,0,0,0 up.sumsq:F64:4:100,1,1,1 up.var:F64:4:1,1,1,1 up.gram:F64:4x4:100,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda stats=%t.st" | FileCheck %s
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=admm stats=%t.st" 2>&1 | FileCheck %s --check-prefix=REJECT

// CHECK: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<{{\[\[}}1, 0, 0, 9]]>
// REJECT: error: 'sparsity.prune' op the method gives kept weights new values, which do not fit integers of type i8; use wanda, ria or dsnot
func.func @layer(%x: tensor<2x4xi8>, %y: tensor<2x1xi32>) -> tensor<2x1xi32> {
  %w = sparsity.weight "up" dense<[[1, 7, 8, 9]]> : tensor<1x4xi8>
  %r = sparsity.linear ins(%x, %w : tensor<2x4xi8>, tensor<1x4xi8>) outs(%y : tensor<2x1xi32>) -> tensor<2x1xi32>
  return %r : tensor<2x1xi32>
}
