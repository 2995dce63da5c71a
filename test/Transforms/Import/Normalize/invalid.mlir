// RUN: sparse-opt %s --sparsity-normalize --split-input-file --verify-diagnostics

func.func @missing(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error @below {{resource 'missing' has no data, but has to be transposed}}
  %w = arith.constant dense_resource<missing> : tensor<4x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

func.func @short(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error @below {{resource 'short' has 4 bytes of data, its type 'tensor<4x2xf32>' needs 32}}
  %w = arith.constant dense_resource<short> : tensor<4x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F"
    }
  }
#-}
