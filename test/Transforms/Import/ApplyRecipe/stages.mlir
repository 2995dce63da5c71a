// RUN: split-file %s %t
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/stages.yaml" | FileCheck %s
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/stages.yaml stage=2" | FileCheck %s --check-prefix=SECOND
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/stages.yaml print-stages" -o /dev/null | FileCheck %s --check-prefix=PRINT
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/stages.yaml print-matches" -o /dev/null 2>&1 | FileCheck %s --check-prefix=MATCHES
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/sequential.yaml" -o /dev/null 2>&1 | FileCheck %s --check-prefix=WARN
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/sequential.yaml stage=1" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NOWARN --allow-empty

// A later stage asks for more of what the earlier one leaves.

// CHECK: %[[UP:.*]] = sparsity.weight "l.0.up"
// CHECK-NEXT: %[[HALF:.*]] = sparsity.prune %[[UP]] {method = #sparsity.magnitude, pattern = #sparsity.unstructured, sparsity = 2.500000e-01 : f64}
// CHECK-NEXT: %[[BOTH:.*]] = sparsity.prune %[[HALF]] {method = #sparsity.magnitude, pattern = #sparsity.nm<2:4, dim = 1>}
// CHECK: %[[OTHER:.*]] = sparsity.weight "l.1.up"
// CHECK-NEXT: %[[ONCE:.*]] = sparsity.prune %[[OTHER]] {method = #sparsity.magnitude, pattern = #sparsity.unstructured
// CHECK-NOT: sparsity.prune
// CHECK: sparsity.linear ins(%{{.*}}, %[[BOTH]] :
// CHECK: sparsity.linear ins(%{{.*}}, %[[ONCE]] :

// SECOND-COUNT-1: sparsity.prune {{.*}} {method = #sparsity.magnitude, pattern = #sparsity.nm<2:4, dim = 1>}
// SECOND-NOT: sparsity.prune

// PRINT: "name": "first"
// PRINT-NEXT: "sequential": ""
// PRINT: "name": "second"

// MATCHES: stage 1, first
// MATCHES: l.1.up 1 unstructured magnitude, sparsity 0.25
// MATCHES: stage 2, second
// MATCHES-NEXT: weight
// MATCHES-NEXT: l.0.up 1 2:4 magnitude
// MATCHES-NEXT: l.1.up - no rule

// WARN: sequential.yaml:1:13: warning: blocks are pruned one after another by sparse_opt.prune
// NOWARN-NOT: warning

//--- stages.yaml
stages:
  - name: first
    targets: ['.*']
    pattern: unstructured
    sparsity: 0.25
    method: magnitude
  - name: second
    rules:
      - targets: 'l\.0\..*'
        pattern: "2:4"
        method: magnitude
//--- sequential.yaml
sequential: 'l\.([0-9]+)\.'
rules:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
//--- model.mlir
func.func @f(%x: tensor<?x8xf32>, %init: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %w = sparsity.weight "l.0.up" dense<1.0> : tensor<8x8xf32>
  %v = sparsity.weight "l.1.up" dense<2.0> : tensor<8x8xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<8x8xf32>) outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
  %z = sparsity.linear ins(%y, %v : tensor<?x8xf32>, tensor<8x8xf32>) outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}
