// RUN: sparse-opt %s --sparsity-normalize --remarks-filter=sparsity --remark-policy=all --split-input-file --verify-diagnostics

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

func.func @linear(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4xf32>
  // expected-remark @below {{weight 'weight_0': linear of 2 outputs and 4 inputs, 1 op(s) and 1 extra(s) in the epilogue}}
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.exp ins(%0 : tensor<3x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

func.func @tokens_last(%x: tensor<4x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = arith.constant dense<1.0> : tensor<2x4xf32>
  // expected-remark @below {{weight 'weight_0': linalg.matmul stays, its tokens are not the leading dims, and 4 inputs and 2 outputs are too few to transpose activations}}
  %0 = linalg.matmul ins(%w, %x : tensor<2x4xf32>, tensor<4x3xf32>) outs(%y : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @batch(%x: tensor<7x3x4xf32>, %y: tensor<7x3x2xf32>) -> tensor<7x3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<7x4x2xf32>
  // expected-remark @below {{weight 'weight_0': linalg.batch_matmul stays, the weight differs along a batch dim}}
  %0 = linalg.batch_matmul ins(%x, %w : tensor<7x3x4xf32>, tensor<7x4x2xf32>) outs(%y : tensor<7x3x2xf32>) -> tensor<7x3x2xf32>
  return %0 : tensor<7x3x2xf32>
}

// -----

func.func @window(%x: tensor<1x2x6x6xf32>, %y: tensor<1x5x4x4xf32>) -> tensor<1x5x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<5x2x3x3xf32>
  // expected-remark @below {{weight 'weight_0': linalg.conv_2d_nchw_fchw stays, it reads its activation through a window}}
  %0 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %w : tensor<1x2x6x6xf32>, tensor<5x2x3x3xf32>) outs(%y : tensor<1x5x4x4xf32>) -> tensor<1x5x4x4xf32>
  return %0 : tensor<1x5x4x4xf32>
}

// -----

func.func @vector(%x: tensor<3x4xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %w = arith.constant dense<1.0> : tensor<4xf32>
  // expected-remark @below {{weight 'unnamed': linalg.matvec stays, the weight has no output dim}}
  %0 = linalg.matvec ins(%x, %w : tensor<3x4xf32>, tensor<4xf32>) outs(%y : tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @type(%x: tensor<3x4xi32>, %y: tensor<3x2xi32>) -> tensor<3x2xi32> {
  %w = arith.constant dense<1> : tensor<4x2xi32>
  // expected-remark @below {{weight 'unnamed': linalg.matmul stays, a product of i32 and i32 is not supported}}
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xi32>, tensor<4x2xi32>) outs(%y : tensor<3x2xi32>) -> tensor<3x2xi32>
  return %0 : tensor<3x2xi32>
}

// -----

func.func @argument(%x: tensor<3x4xf32>, %w: tensor<4x2xf32> {sparsity.weight = "up"}, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-remark @below {{weight 'up': linalg.matmul stays, the weight is not a constant and would have to be transposed at run time}}
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

func.func @table(%x: tensor<3x4xf32>, %y: tensor<3x2xf32>, %i: index) -> (tensor<3x2xf32>, f32) {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  // expected-remark @below {{weight 'weight_0': linalg.matmul stays, another op reads the weight in the order in which it is stored}}
  %0 = linalg.matmul ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = tensor.extract %w[%i, %i] : tensor<4x2xf32>
  return %0, %1 : tensor<3x2xf32>, f32
}

// -----

func.func @batch_reduced(%x: tensor<7x3x4xf32>, %y: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<7x4x2xf32>
  // expected-remark @below {{weight 'weight_0': linalg.batch_reduce_matmul stays, its tokens are not the leading dims, and 28 inputs and 2 outputs are too few to transpose activations}}
  %0 = linalg.batch_reduce_matmul ins(%x, %w : tensor<7x3x4xf32>, tensor<7x4x2xf32>) outs(%y : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

func.func @quantized(%x: tensor<3x4xi8>, %y: tensor<3x2xi32>) -> tensor<3x2xi32> {
  %w = arith.constant dense<1> : tensor<4x2xi8>
  %zero_point = arith.constant 3 : i32
  // expected-remark @below {{weight 'weight_0': linalg.quantized_matmul stays, zero points are not supported}}
  %0 = linalg.quantized_matmul ins(%x, %w, %zero_point, %zero_point : tensor<3x4xi8>, tensor<4x2xi8>, i32, i32) outs(%y : tensor<3x2xi32>) -> tensor<3x2xi32>
  return %0 : tensor<3x2xi32>
}
