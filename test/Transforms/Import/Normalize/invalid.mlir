// RUN: sparse-opt %s --sparsity-normalize --split-input-file --verify-diagnostics

func.func @missing(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error @below {{resource 'missing' has no data, but has to be transposed}}
  %w = arith.constant dense_resource<missing> : tensor<4x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

// expected-error @below {{argument #1: 'sparsity.weight' must be the name of a weight, got 3 : i64}}
func.func @no_name(%x: tensor<3x4xf32>, %w: tensor<2x4xf32> {sparsity.weight = 3}) {
  return
}

// -----

// expected-error @below {{argument #0: 'sparsity.weight' must be the name of a weight, got ""}}
func.func @empty_name(%w: tensor<2x4xf32> {sparsity.weight = ""}) {
  return
}

// -----

// expected-error @below {{argument #0: weight 'up' must be a tensor of static shape, got 'tensor<?x4xf32>'}}
func.func @open_shape(%w: tensor<?x4xf32> {sparsity.weight = "up"}) {
  return
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
