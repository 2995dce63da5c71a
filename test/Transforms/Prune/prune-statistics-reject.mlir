// RUN: %python %S/../../Inputs/safetensors.py %t.st down.n_tokens:I64:1:4 down.sum:F64:4:0,0,0,0 down.sumsq:F64:4:1,1,1,1 down.var:F64:4:1,1,1,1
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda stats=%t.nowhere" 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda stats=%t.st" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: %python %S/../../Inputs/safetensors.py %t.small.st up.n_tokens:I64:1:4 up.sum:F64:2:0,0 up.sumsq:F64:2:1,1 up.var:F64:2:1,1
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda stats=%t.small.st" 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: %python %S/../../Inputs/safetensors.py %t.plain.st up.n_tokens:I64:1:4 up.sum:F64:4:0,0,0,0 up.sumsq:F64:4:1,1,1,1 up.var:F64:4:1,1,1,1
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=sparsegpt stats=%t.plain.st" 2>&1 | FileCheck %s --check-prefix=GRAM
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda refit=5 stats=%t.plain.st" 2>&1 | FileCheck %s --check-prefix=GRAM2
// RUN: %python %S/../../Inputs/safetensors.py %t.nan.st up.n_tokens:I64:1:4 up.sum:F64:4:0,0,0,0 up.sumsq:F64:4:1,nan,1,1 up.var:F64:4:1,1,1,1
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=ria stats=%t.nan.st" 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: %python %S/../../Inputs/safetensors.py %t.zero.st up.n_tokens:I64:1:4 up.sum:F64:4:0,0,0,0 up.sumsq:F64:4:0,0,0,0 up.var:F64:4:0,0,0,0 up.gram:F64:4x4:0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 method=admm stats=%t.zero.st" 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 dim=0 method=dsnot stats=%t.plain.st" 2>&1 | FileCheck %s --check-prefix=DSNOT
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 block-size=8 method=wanda stats=%t.plain.st" 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: not sparse-opt %s --sparsity-prune="pattern=2:4 damping=3 method=admm stats=%t.plain.st" 2>&1 | FileCheck %s --check-prefix=RANGE

// NONE: error: 'sparsity.prune' op method wanda needs statistics of the inputs of weight 'up'; give a file of statistics (stats=FILE)
// FILE: error: {{.*}}.nowhere
// NAME: prune-statistics-reject.mlir:[[@LINE+13]]:8: error: weight 'up': statistics file '{{.*}}' has no statistics for weight 'up'
// SIZE: error: weight 'up': {{.*}}'up.sum'
// GRAM: error: weight 'up': method sparsegpt needs the Gram matrix 'up.gram', which '{{.*}}' does not have
// GRAM2: error: weight 'up': method wanda needs the Gram matrix 'up.gram'
// NAN: error: weight 'up': {{.*}}sumsq holds nan at 1
// ZERO: error: weight 'up': all inputs of the layer are zero on the calibration data
// DSNOT: error: 'sparsity.prune' op dsnot exchanges weights of one output, which breaks N:M along the dim of the outputs
// KEY: error: block-size: 'block-size' is no parameter of the method wanda; it belongs to sparsegpt
// RANGE: error: method: damping lies in [0, 1], got 3

// No output is written.
// NONE-NOT: func.func
func.func @layer(%x: tensor<2x4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<4x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<2x4xf32>, tensor<4x4xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}
