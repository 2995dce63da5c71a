// RUN: %python %S/../../Inputs/safetensors.py %t.safetensors up.n_tokens:I64:1:2 up.sum:F64:1:1 up.sumsq:F64:1:1 up.var:F64:1:1 down.n_tokens:I64:1:2 down.sum:F64:8:1,2,3,4,5,6,7,8 down.sumsq:F64:8:900,800,700,600,1,2,3,4 down.var:F64:8:1,2,3,4,5,6,7,8
// RUN: sparse-opt %s --sparsity-permute-channels="stats=%t.safetensors stats-out=%t.new.safetensors" --remarks-filter=sparsity -o %t.mlir 2> %t.err
// RUN: FileCheck %s < %t.err

// The weights are equal, the inputs are not. The statistics move along: in the new
// order there is nothing more to gain.
// CHECK: reordered the input channels of 'down'
// RUN: sparse-opt %t.mlir --sparsity-permute-channels="stats=%t.new.safetensors stats-out=%t.newer.safetensors" --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=AGAIN
// AGAIN: input channels of 'down' stay in order: no better order was found for 2:4

// RUN: not sparse-opt %s --sparsity-permute-channels=stats=%t.safetensors -o /dev/null 2>&1 | FileCheck %s --check-prefix=OUT
// OUT: error: 'stats' and 'stats-out' belong together
// RUN: not sparse-opt %s --sparsity-permute-channels="stats=%t.none stats-out=%t.new" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: statistics file
// RUN: not sparse-opt %s --sparsity-permute-channels=pattern=unstructured -o /dev/null 2>&1 | FileCheck %s --check-prefix=PATTERN
// PATTERN: error: pattern: the order of channels matters for N:M patterns only
// RUN: not sparse-opt %s --sparsity-permute-channels=targets=side -o /dev/null 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: target 'side' matches no weight
// RUN: %python %S/../../Inputs/safetensors.py %t.part.safetensors up.n_tokens:I64:1:2 up.sum:F64:1:1 up.sumsq:F64:1:1 up.var:F64:1:1
// RUN: not sparse-opt %s --sparsity-permute-channels="stats=%t.part.safetensors stats-out=%t.new" -o /dev/null 2>&1 | FileCheck %s --check-prefix=PART
// PART: error: weight 'down' cannot be scored: statistics file
func.func @mlp(%x: tensor<8x1xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<[[9.0], [8.0], [7.0], [6.0], [0.1], [0.2], [0.3], [0.4]]> : tensor<8x1xf32>
  %d = sparsity.weight "down" dense<1.0> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x1xf32>, tensor<8x1xf32>) outs(%h : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1 : tensor<8x1xf32>
}
