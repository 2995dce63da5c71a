// RUN: split-file %s %t
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/syntax.yaml" 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/empty.yaml" 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/norules.yaml" 2>&1 | FileCheck %s --check-prefix=NORULES
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/root.yaml" 2>&1 | FileCheck %s --check-prefix=ROOT
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/rootkey.yaml" 2>&1 | FileCheck %s --check-prefix=ROOTKEY
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/list.yaml" 2>&1 | FileCheck %s --check-prefix=LIST
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/rule.yaml" 2>&1 | FileCheck %s --check-prefix=RULE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/key.yaml" 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/twice.yaml" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/notarget.yaml" 2>&1 | FileCheck %s --check-prefix=NOTARGET
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/regex.yaml" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/nopattern.yaml" 2>&1 | FileCheck %s --check-prefix=NOPATTERN
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/pattern.yaml" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/nomethod.yaml" 2>&1 | FileCheck %s --check-prefix=NOMETHOD
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/method.yaml" 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/methodname.yaml" 2>&1 | FileCheck %s --check-prefix=METHODNAME
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/methodkey.yaml" 2>&1 | FileCheck %s --check-prefix=METHODKEY
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/sparsity.yaml" 2>&1 | FileCheck %s --check-prefix=SPARSITY
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/range.yaml" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/fixed.yaml" 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/dim.yaml" 2>&1 | FileCheck %s --check-prefix=DIM
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/scopetwice.yaml" 2>&1 | FileCheck %s --check-prefix=SCOPETWICE
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/text.yaml" 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not sparse-opt %t/model.mlir --sparsity-apply-recipe="recipe=%t/documents.yaml" 2>&1 | FileCheck %s --check-prefix=DOCUMENTS

// Errors stand at their line and column of the recipe.

// SYNTAX: syntax.yaml:{{[0-9]+:[0-9]+}}: error:
// EMPTY: empty.yaml:1:1: error: a recipe has to be a map
// NORULES: norules.yaml:1:2: error: a recipe needs 'rules' or 'stages'
// ROOT: root.yaml:1:1: error: a recipe has to be a map
// ROOTKEY: rootkey.yaml:1:1: error: unknown key 'rule' of a recipe; known keys: rules, sequential, stages
// LIST: list.yaml:1:8: error: 'rules' has to be a list
// RULE: rule.yaml:2:5: error: a rule has to be a map
// KEY: key.yaml:3:5: error: unknown key 'patern' of a rule; known keys: targets, ignore, pattern
// TWICE: twice.yaml:3:5: error: key 'targets' is given twice
// NOTARGET: notarget.yaml:2:5: error: a rule needs at least one target
// REGEX: regex.yaml:2:19: error: '(' is not a regular expression
// NOPATTERN: nopattern.yaml:2:5: error: a request needs a pattern
// PATTERN: pattern.yaml:3:14: error: '4of8' is not a sparsity pattern
// NOMETHOD: nomethod.yaml:2:5: error: a request needs a method: magnitude, threshold, wanda
// METHOD: method.yaml:4:13: error: unknown method 'obd'; known methods: magnitude, threshold
// METHODNAME: methodname.yaml:4:20: error: unknown method 'obd'
// METHODKEY: methodkey.yaml:4:31: error: unknown key 'blocksize' of a method; known keys: name
// SPARSITY: sparsity.yaml:4:15: error: 'sparsity' has to be a number
// RANGE: range.yaml:4:15: error: sparsity is a fraction in [0, 1), got
// FIXED: fixed.yaml:4:15: error: sparsity contradicts pattern
// DIM: dim.yaml:4:10: error: 'dim' has to be an integer
// SCOPETWICE: scopetwice.yaml:5:5: error: 'scope' is given twice
// TEXT: text.yaml:3:15: error: 'pattern' has to be a word or a text
// DOCUMENTS: error: a recipe is a single document
//--- syntax.yaml
rules: [
  - }
//--- empty.yaml
//--- norules.yaml
{}
//--- root.yaml
- a
//--- rootkey.yaml
rule: []
//--- list.yaml
rules: 4
//--- rule.yaml
rules:
  - up
//--- key.yaml
rules:
  - targets: up
    patern: "2:4"
//--- twice.yaml
rules:
  - targets: up
    targets: up
//--- notarget.yaml
rules:
  - pattern: "2:4"
    method: magnitude
//--- regex.yaml
rules:
  - targets: [up, '(']
//--- nopattern.yaml
rules:
  - targets: up
    method: magnitude
//--- pattern.yaml
rules:
  - targets: up
    pattern: 4of8
    method: magnitude
//--- nomethod.yaml
rules:
  - targets: up
    pattern: "2:4"
//--- method.yaml
rules:
  - targets: up
    pattern: "2:4"
    method: obd
//--- methodname.yaml
rules:
  - targets: up
    pattern: "2:4"
    method: {name: obd}
//--- methodkey.yaml
rules:
  - targets: up
    pattern: "2:4"
    method: {name: magnitude, blocksize: 128}
//--- sparsity.yaml
rules:
  - targets: up
    pattern: unstructured
    sparsity: lots
//--- range.yaml
rules:
  - targets: up
    pattern: unstructured
    sparsity: 1.5
    method: magnitude
//--- fixed.yaml
rules:
  - targets: up
    pattern: "2:4"
    sparsity: 0.5
    method: magnitude
//--- dim.yaml
rules:
  - targets: up
    pattern: "2:4"
    dim: first
//--- scopetwice.yaml
rules:
  - targets: up
    pattern: "2:4"
    method: {name: magnitude, scope: row}
    scope: layer
//--- text.yaml
rules:
  - targets: up
    pattern: [2, 4]
//--- documents.yaml
rules: []
---
rules: []
//--- model.mlir
func.func @empty() {
  return
}
