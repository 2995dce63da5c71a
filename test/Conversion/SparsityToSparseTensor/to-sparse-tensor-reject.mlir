// RUN: sparse-opt %s --sparsity-to-sparse-tensor -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-to-sparse-tensor -split-input-file --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK-DAG: 'nm' stays as it is: it has neither an unstructured nor a block pattern of rank 2; upstream's structured levels corrupt N:M groups that are not full
// CHECK-LABEL: func.func @nm
// CHECK: sparsity.linear
func.func @nm(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "nm" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<2x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// -----

// REMARK-DAG: 'tail' stays as it is: its size 3 is not a multiple of the block size 2, and upstream would drop nonzeros
// CHECK-LABEL: func.func @tail
// CHECK: sparsity.linear
func.func @tail(%x: tensor<3x4xf32>, %y: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %w = sparsity.weight "tail" pattern [#sparsity.block<2x2>] dense<0.0> : tensor<3x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<3x4xf32>) outs(%y : tensor<3x3xf32>) -> tensor<3x3xf32>
  return %r : tensor<3x3xf32>
}

// -----

// REMARK-DAG: 'half' stays as it is: upstream would sum in the narrow type
// CHECK-LABEL: func.func @half
// CHECK: sparsity.linear
func.func @half(%x: tensor<3x4xf16>, %y: tensor<3x2xf16>) -> tensor<3x2xf16> {
  %w = sparsity.weight "half" pattern [#sparsity.unstructured] dense<0.0> : tensor<2x4xf16>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf16>, tensor<2x4xf16>) outs(%y : tensor<3x2xf16>) -> tensor<3x2xf16>
  return %r : tensor<3x2xf16>
}

// -----

// REMARK-DAG: 'chosen' stays as it is: a kernel was chosen for its layer
// CHECK-LABEL: func.func @chosen
// CHECK: sparsity.linear
func.func @chosen(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "chosen" pattern [#sparsity.unstructured] dense<0.0> : tensor<2x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// -----

// REMARK-DAG: 'other' stays as it is: something else than a linear layer reads it
// CHECK-LABEL: func.func @other
// CHECK: sparsity.weight
func.func @other() -> tensor<2x4xf32> {
  %w = sparsity.weight "other" pattern [#sparsity.unstructured] dense<0.0> : tensor<2x4xf32>
  return %w : tensor<2x4xf32>
}

// -----

// REMARK-DAG: 'conv' stays as it is: it is not a matrix
// CHECK-LABEL: func.func @conv
// CHECK: sparsity.weight
func.func @conv() -> tensor<2x4x1xf32> {
  %w = sparsity.weight "conv" pattern [#sparsity.unstructured] dense<0.0> : tensor<2x4x1xf32>
  return %w : tensor<2x4x1xf32>
}

// -----

// REMARK-DAG: 'single' stays as it is: its size 2 is a single block, which upstream rejects
// CHECK-LABEL: func.func @single
// CHECK: sparsity.linear
func.func @single(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = sparsity.weight "single" pattern [#sparsity.block<2x2>] dense<0.0> : tensor<2x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}
