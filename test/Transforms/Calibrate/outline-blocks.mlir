// RUN: sparse-opt %s '--sparsity-outline-blocks=blocks=layer\.([0-9]+)\.' | FileCheck %s
// RUN: sparse-opt %s '--sparsity-outline-blocks=blocks=layer\.([0-9]+)\. stage=1' | FileCheck %s --check-prefix=STAGE

// The cut is where the residual stream alone crosses.
// CHECK: func.func private @main_before(%[[X:.*]]: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {sparsity.stage = "before"}
// CHECK: func.func private @main_block_0(%{{.*}}: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {sparsity.stage = "0"}
// CHECK: sparsity.weight "layer.0.w"
// CHECK: sparsity.prune
// CHECK: linalg.add
// CHECK: func.func private @main_block_1(%{{.*}}: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {sparsity.stage = "1"}
// CHECK-NOT: layer.0.w
// CHECK: sparsity.weight "layer.1.w"
// CHECK: math.tanh
// CHECK: func.func private @main_after(%{{.*}}: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {sparsity.stage = "after"}
// CHECK: func.func @main(%[[ARG:.*]]: tensor<2x4xf32>)
// CHECK: %[[BEFORE:.*]] = call @main_before(%[[ARG]])
// CHECK: %[[BLOCK0:.*]] = call @main_block_0(%[[BEFORE]])
// CHECK: %[[BLOCK1:.*]] = call @main_block_1(%[[BLOCK0]])
// CHECK: %[[AFTER:.*]] = call @main_after(%[[BLOCK1]])
// CHECK: return %[[AFTER]]

// STAGE-NOT: func.func
// STAGE: func.func @main_block_1
// STAGE-NOT: func.func
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %w0 = sparsity.weight "layer.0.w" dense<1.0> : tensor<4x4xf32>
  %p0 = sparsity.prune %w0 {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<4x4xf32>
  %w1 = sparsity.weight "layer.1.w" dense<1.0> : tensor<4x4xf32>
  %init = tensor.empty() : tensor<2x4xf32>
  %0 = sparsity.linear ins(%x, %p0 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = linalg.add ins(%0, %x : tensor<2x4xf32>, tensor<2x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = math.tanh %1 : tensor<2x4xf32>
  %3 = sparsity.linear ins(%2, %w1 : tensor<2x4xf32>, tensor<4x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = linalg.add ins(%3, %1 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %4 : tensor<2x4xf32>
}
