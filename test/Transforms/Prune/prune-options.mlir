// RUN: sparse-opt %s --sparsity-prune="pattern=2:4" -mlir-print-debuginfo=false | FileCheck %s
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4" --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: sparse-opt %s --sparsity-prune="pattern=unstructured sparsity=0.5 scope=row targets=u.* ignore=up2" | FileCheck %s --check-prefix=TARGET

// A linear, a constant behind a transpose, a constant and a global used
// directly: each is pruned along the dim that its use contracts. The table is not
// used by a contraction, and the tied weight already has a request.
// CHECK-LABEL: func.func @spellings
// CHECK: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>]
// CHECK-SAME{LITERAL}: dense<[[0.000000e+00, 0.000000e+00, 3.000000e+00, 4.000000e+00], [8.000000e+00, 7.000000e+00, 0.000000e+00, 0.000000e+00]]>
// CHECK: sparsity.weight "up2" pattern [#sparsity.nm<2:4, dim = 1>]
// CHECK: sparsity.weight "weight_0" pattern [#sparsity.nm<2:4, dim = 0>]
// CHECK-SAME{LITERAL}: dense<[[0.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00], [1.000000e+00, 2.000000e+00], [1.000000e+00, 2.000000e+00]]>
// CHECK: sparsity.weight "g" pattern [#sparsity.nm<2:4, dim = 0>]
// CHECK: arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK: sparsity.weight "asked" pattern [#sparsity.nm<1:4, dim = 1>]
// REMARK-DAG: [Missed] prune | Category:sparsity | Remark="weight 'asked' is not pruned: it has a request"
// REMARK-DAG: [Missed] prune | Category:sparsity | Remark="weight 'table' is not pruned: no contraction uses it"
// TARGET-LABEL: func.func @spellings
// TARGET: sparsity.weight "up" pattern [#sparsity.unstructured]
// TARGET: arith.constant
// TARGET: arith.constant
// TARGET: ml_program.global_load_const
ml_program.global private @g(dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>) : tensor<4x2xf32>
func.func @spellings(%x: tensor<?x4xf32>, %y: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<2xf32>, tensor<?x2xf32>, tensor<3xf32>) {
  %w = sparsity.weight "up" dense<[[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]]> : tensor<2x4xf32>
  %a = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %c = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]]> : tensor<2x4xf32> loc("up2")
  %e = tensor.empty() : tensor<4x2xf32>
  %t = linalg.transpose ins(%c : tensor<2x4xf32>) outs(%e : tensor<4x2xf32>) permutation = [1, 0]
  %b = linalg.matmul ins(%x, %t : tensor<?x4xf32>, tensor<4x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %d = arith.constant dense<[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]> : tensor<4x2xf32>
  %f = linalg.matmul ins(%x, %d : tensor<?x4xf32>, tensor<4x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %g = ml_program.global_load_const @g : tensor<4x2xf32>
  %h = linalg.matmul ins(%x, %g : tensor<?x4xf32>, tensor<4x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %bias = arith.constant dense<1.0> : tensor<2xf32>
  %asked = sparsity.weight "asked" dense<[[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]]> : tensor<2x4xf32>
  %p = sparsity.prune %asked {pattern = #sparsity.nm<1:4>, method = #sparsity.magnitude} : tensor<2x4xf32>
  %i = sparsity.linear ins(%x, %p : tensor<?x4xf32>, tensor<2x4xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  %table = sparsity.weight "table" dense<1.0> : tensor<3xf32>
  return %a, %b, %f, %h, %bias, %i, %table : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<2xf32>, tensor<?x2xf32>, tensor<3xf32>
}
