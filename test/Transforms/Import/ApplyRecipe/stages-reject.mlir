// RUN: split-file %s %t
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/both.yaml" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/other.yaml" 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/list.yaml" 2>&1 | FileCheck %s --check-prefix=LIST
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/map.yaml" 2>&1 | FileCheck %s --check-prefix=MAP
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/none.yaml" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/mixed.yaml" 2>&1 | FileCheck %s --check-prefix=MIXED
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/mixed2.yaml" 2>&1 | FileCheck %s --check-prefix=MIXED2
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/key.yaml" 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/target.yaml" 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/regex.yaml" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/group.yaml" 2>&1 | FileCheck %s --check-prefix=GROUP
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/value.yaml" 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/good.yaml stage=3" 2>&1 | FileCheck %s --check-prefix=STAGE

// BOTH: both.yaml:5:1: error: 'stages' does not go with the keys of a single stage
// OTHER: other.yaml:5:1: error: 'rules' does not go with 'stages'
// LIST: list.yaml:1:9: error: 'stages' has to be a list
// MAP: map.yaml:2:5: error: a stage has to be a map
// NONE: none.yaml:2:5: error: a stage needs 'rules', or the keys of one rule
// MIXED: mixed.yaml:5:5: error: a stage is either one rule or a list of 'rules'
// MIXED2: mixed2.yaml:6:5: error: a stage is either one rule or a list of 'rules'
// KEY: key.yaml:5:5: error: unknown key 'sparsty' of a rule
// TARGET: target.yaml:5:14: error: target 'down' matches no weight
// REGEX: regex.yaml:5:17: error: '(' is not a regular expression
// GROUP: group.yaml:1:13: error: 'sequential' needs one group, which names the block
// VALUE: value.yaml:3:14: error: '4-2' is not a sparsity pattern
// STAGE: error: stage 3 is not in recipe '{{.*}}', which has 1

//--- both.yaml
rules:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
stages:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
//--- other.yaml
stages:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
rules:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
//--- list.yaml
stages: 2
//--- map.yaml
stages:
  - 2
//--- none.yaml
stages:
  - name: a
//--- mixed.yaml
stages:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
    rules: []
//--- mixed2.yaml
stages:
  - rules:
    - targets: '.*'
      pattern: '2:4'
      method: magnitude
    pattern: '2:4'
//--- key.yaml
stages:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
    sparsty: 1
//--- target.yaml
stages:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
  - targets: 'down'
    pattern: '2:4'
    method: magnitude
//--- regex.yaml
stages:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
    sequential: '('
//--- group.yaml
sequential: 'l'
rules:
  - targets: '.*'
    pattern: "2:4"
    method: magnitude
//--- value.yaml
stages:
  - targets: '.*'
    pattern: "4-2"
    method: magnitude
//--- good.yaml
stages:
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
