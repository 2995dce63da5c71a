// RUN: split-file %s %t
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/target.yaml" 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/ignore.yaml" -o /dev/null 2>&1 | FileCheck %s --check-prefix=IGNORE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/shape.yaml" 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/absent.yaml" 2>&1 | FileCheck %s --check-prefix=ABSENT
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe 2>&1 | FileCheck %s --check-prefix=NONE

// TARGET: target.yaml:3:20: error: target 'down' matches no weight
// TARGET-NOT: error: target 'u.'
// IGNORE: ignore.yaml:3:14: warning: ignore 'down' matches no weight
// SHAPE: shape.yaml:2:5: error: the rule prunes no weight: weight 'up' is not pruned: pattern along dim 2 does not fit a tensor of rank 2
// ABSENT: error: cannot read recipe '{{.*}}absent.yaml': No such file or directory
// NONE: error: sparsity-apply-recipe needs recipe=FILE
//--- target.yaml
rules:
  - targets: ['u.',
                   down]
    pattern: "2:4"
    method: magnitude
//--- ignore.yaml
rules:
  - targets: up
    ignore: [down]
    pattern: "2:4"
    method: magnitude
//--- shape.yaml
rules:
  - targets: up
    pattern: "2:4"
    dim: 2
    method: magnitude
//--- model.mlir
func.func @f(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<4x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<4x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
