// RUN: split-file %s %t
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/recipe.yaml" | FileCheck %s
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/recipe.yaml print-matches" -o /dev/null 2>&1 | FileCheck %s --check-prefix=TABLE --strict-whitespace
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/recipe.yaml" --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// CHECK: %[[Q:.*]] = sparsity.weight "enc.0.query"
// CHECK: %[[QP:.*]] = sparsity.prune %[[Q]] {method = #sparsity.magnitude, pattern = #sparsity.nm<2:4, dim = 1>}
// CHECK: %[[U:.*]] = sparsity.weight "enc.0.up"
// CHECK: %[[UP:.*]] = sparsity.prune %[[U]] {method = #sparsity.magnitude<scope = row, norm = l1>, pattern = #sparsity.unstructured, sparsity = 8.000000e-01 : f64}
// CHECK: %[[D:.*]] = sparsity.weight "enc.0.down"
// CHECK: sparsity.prune %[[D]] {method = #sparsity.threshold<quantile = 5.000000e-01>, pattern = #sparsity.unstructured}
// CHECK: %[[H:.*]] = sparsity.weight "head"
// CHECK-NOT: sparsity.prune
// CHECK: sparsity.linear ins(%{{.*}}, %[[QP]]
// CHECK: sparsity.linear ins(%{{.*}}, %[[UP]]

//      TABLE:weight       rule  request
// TABLE-NEXT:enc.0.query  1     2:4 magnitude
// TABLE-NEXT:enc.0.up     2     unstructured magnitude, sparsity 0.80, scope row
// TABLE-NEXT:enc.0.down   3     unstructured threshold
// TABLE-NEXT:enc.0.table  1     not pruned: no contraction uses it
// TABLE-NEXT:enc.9        -     ignored by rule 1
// TABLE-NEXT:head         -     no rule

// REMARK: [Missed] apply-recipe | Category:sparsity | Remark="weight 'enc.0.table' is not pruned: no contraction uses it"

//--- recipe.yaml
# The first rule that selects a weight decides.
rules:
  - targets: ['enc\.[0-9]*\.(query|key)', enc.0.table, 'enc\.9']
    ignore: ['enc\.9']
    pattern: "2:4"
    method: magnitude
  - targets: '.*\.(query|up)'
    pattern: unstructured
    sparsity: 0.8
    method: {name: magnitude, norm: l1}
    scope: row
  - targets:
      - enc\.0\.down
    pattern: unstructured
    method:
      name: threshold
      quantile: 0.5
//--- model.mlir
func.func @f(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4x4xf32>) {
  %q = sparsity.weight "enc.0.query" dense<1.0> : tensor<4x4xf32>
  %u = sparsity.weight "enc.0.up" dense<1.0> : tensor<4x4xf32>
  %d = sparsity.weight "enc.0.down" dense<1.0> : tensor<4x4xf32>
  %t = sparsity.weight "enc.0.table" dense<1.0> : tensor<4x4xf32>
  %i = sparsity.weight "enc.9" dense<1.0> : tensor<4x4xf32>
  %h = sparsity.weight "head" dense<1.0> : tensor<4x4xf32>
  %0 = sparsity.linear ins(%x, %q : tensor<?x4xf32>, tensor<4x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = sparsity.linear ins(%x, %u : tensor<?x4xf32>, tensor<4x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = sparsity.linear ins(%x, %d : tensor<?x4xf32>, tensor<4x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = sparsity.linear ins(%x, %i : tensor<?x4xf32>, tensor<4x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = sparsity.linear ins(%x, %h : tensor<?x4xf32>, tensor<4x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0, %1, %2, %3, %4, %t : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4x4xf32>
}
