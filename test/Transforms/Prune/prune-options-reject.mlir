// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 targets=u.,down" 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 ignore=down" -o /dev/null 2>&1 | FileCheck %s --check-prefix=IGNORE
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 targets=(" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: not sparse-opt %s --sparsity-prune="pattern=5:4" 2>&1 | FileCheck %s --check-prefix=NM
// RUN: not sparse-opt %s --sparsity-prune="pattern=1:1" 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 sparsity=0.5" 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: not sparse-opt %s --sparsity-prune="pattern=block<2x2>" 2>&1 | FileCheck %s --check-prefix=NEEDS
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured sparsity=1.0" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured sparsity=0.5 dim=1" 2>&1 | FileCheck %s --check-prefix=NODIM
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 dim=-2" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=magic" 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured sparsity=0.5 scope=column" 2>&1 | FileCheck %s --check-prefix=SCOPE
// RUN: not sparse-opt %s --sparsity-prune="pattern=slice sparsity=0.5 norm=max" 2>&1 | FileCheck %s --check-prefix=NORM
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured method=threshold" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured method=threshold absolute=1 stddev=2" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured method=threshold quantile=1" 2>&1 | FileCheck %s --check-prefix=QUANTILE
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=threshold absolute=1" 2>&1 | FileCheck %s --check-prefix=THRESHOLD
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 absolute=1" 2>&1 | FileCheck %s --check-prefix=FOREIGN
// RUN: not sparse-opt %s --sparsity-prune="pattern=unstructured method=threshold absolute=1 scope=row" 2>&1 | FileCheck %s --check-prefix=FOREIGN2
// RUN: not sparse-opt %s --sparsity-prune="sparsity=0.5" 2>&1 | FileCheck %s --check-prefix=PATTERN
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 dim=2" --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=SHAPE

// TARGET: error: target 'down' matches no weight
// IGNORE: warning: ignore 'down' matches no weight
// REGEX: error: targets: '(' is not a regular expression
// NM: error: pattern: N:M pattern '5:4' needs 1 <= N <= M
// SMALL: error: pattern: N:M needs groups of at least 2 elements, got 1
// FIXED: error: sparsity: sparsity contradicts pattern #sparsity.nm<2:4
// NEEDS: error: pattern: pattern #sparsity.block<2x2> needs a sparsity, the fraction of zeros
// RANGE: error: sparsity: sparsity is a fraction in [0, 1)
// NODIM: error: dim: pattern unstructured has no dim
// NEGATIVE: error: dim: dim must not be negative, got -2
// METHOD: error: method: unknown method 'magic'; known methods: magnitude, threshold, wanda, ria, dsnot, sparsegpt, admm, alps
// SCOPE: error: scope: unknown scope 'column'; known scopes: row, layer, global
// NORM: error: norm: unknown norm 'max'; known norms: l1, l2
// NONE: error: method: the method threshold needs one of absolute, quantile, stddev
// TWICE: error: stddev: a threshold is given once, as 'absolute' or as 'stddev'
// QUANTILE: error: quantile: a quantile lies in [0, 1)
// THRESHOLD: error: pattern: threshold is defined for unstructured patterns
// FOREIGN: error: absolute: 'absolute' is no parameter of the method magnitude; it belongs to threshold
// FOREIGN2: error: scope: 'scope' is no parameter of the method threshold; it belongs to magnitude, wanda, ria, sparsegpt, admm, alps
// PATTERN: error: sparsity-prune options that describe a request need a pattern
// SHAPE: [Missed] prune | Category:sparsity | Remark="weight 'up' is not pruned: pattern along dim 2 does not fit a tensor of rank 2"
func.func @layer(%x: tensor<?x4xf32>, %y: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}
