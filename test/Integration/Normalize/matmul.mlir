// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// LINEARS: 1
func.func private @in_by_out(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @out_by_in(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @half_sums(%x: tensor<${T}x${K}xf16>, %init: tensor<${T}x${N}xf16>) -> tensor<${T}x${N}xf16> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf16>
  %zero = arith.constant 0.0 : f16
  %0 = linalg.fill ins(%zero : f16) outs(%init : tensor<${T}x${N}xf16>) -> tensor<${T}x${N}xf16>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf16>, tensor<${K}x${N}xf16>) outs(%0 : tensor<${T}x${N}xf16>) -> tensor<${T}x${N}xf16>
  return %1 : tensor<${T}x${N}xf16>
}

// LINEARS: 1
func.func private @half_to_single(%x: tensor<${T}x${K}xf16>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf16>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xf16>, tensor<${N}x${K}xf16>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @bfloat(%x: tensor<${T}x${K}xbf16>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xbf16>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xbf16>, tensor<${K}x${N}xbf16>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @double(%x: tensor<${T}x${K}xf64>, %init: tensor<${T}x${N}xf64>) -> tensor<${T}x${N}xf64> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf64>
  %zero = arith.constant 0.0 : f64
  %0 = linalg.fill ins(%zero : f64) outs(%init : tensor<${T}x${N}xf64>) -> tensor<${T}x${N}xf64>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf64>, tensor<${K}x${N}xf64>) outs(%0 : tensor<${T}x${N}xf64>) -> tensor<${T}x${N}xf64>
  return %1 : tensor<${T}x${N}xf64>
}

// LINEARS: 1
func.func private @single_to_double(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf64>) -> tensor<${T}x${N}xf64> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f64
  %0 = linalg.fill ins(%zero : f64) outs(%init : tensor<${T}x${N}xf64>) -> tensor<${T}x${N}xf64>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf64>) -> tensor<${T}x${N}xf64>
  return %1 : tensor<${T}x${N}xf64>
}

// LINEARS: 1
func.func private @integers(%x: tensor<${T}x${K}xi8>, %init: tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xi8>
  %zero = arith.constant 0 : i32
  %0 = linalg.fill ins(%zero : i32) outs(%init : tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xi8>, tensor<${N}x${K}xi8>) outs(%0 : tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32>
  return %1 : tensor<${T}x${N}xi32>
}

// Activations are not transposed.
// LINEARS: 0
func.func private @activation_transposed(%x: tensor<${K}x${T}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, #nk, #mn] ins(%x, %w : tensor<${K}x${T}xf32>, tensor<${N}x${K}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 0
func.func private @weight_on_the_left(%x: tensor<${K}x${T}xf32>, %init: tensor<${N}x${T}xf32>) -> tensor<${N}x${T}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${N}x${T}xf32>) -> tensor<${N}x${T}xf32>
  %1 = linalg.matmul ins(%w, %x : tensor<${N}x${K}xf32>, tensor<${K}x${T}xf32>) outs(%0 : tensor<${N}x${T}xf32>) -> tensor<${N}x${T}xf32>
  return %1 : tensor<${N}x${T}xf32>
}

// LINEARS: 1
func.func private @weight_on_the_left_of_one_token(%x: tensor<${K}x1xf32>, %init: tensor<${N}x1xf32>) -> tensor<${N}x1xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${N}x1xf32>) -> tensor<${N}x1xf32>
  %1 = linalg.matmul ins(%w, %x : tensor<${N}x${K}xf32>, tensor<${K}x1xf32>) outs(%0 : tensor<${N}x1xf32>) -> tensor<${N}x1xf32>
  return %1 : tensor<${N}x1xf32>
}

// LINEARS: 1
func.func private @one_output(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x1xf32>) -> tensor<${T}x1xf32> {
  %w = arith.constant dense<random> : tensor<${K}x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x1xf32>) -> tensor<${T}x1xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x1xf32>) outs(%0 : tensor<${T}x1xf32>) -> tensor<${T}x1xf32>
  return %1 : tensor<${T}x1xf32>
}

// LINEARS: 1
func.func private @one_input(%x: tensor<${T}x1xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<1x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x1xf32>, tensor<1x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @matvec(%x: tensor<${K}xf32>, %init: tensor<${N}xf32>) -> tensor<${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${N}xf32>) -> tensor<${N}xf32>
  %1 = linalg.matvec ins(%w, %x : tensor<${N}x${K}xf32>, tensor<${K}xf32>) outs(%0 : tensor<${N}xf32>) -> tensor<${N}xf32>
  return %1 : tensor<${N}xf32>
}

// LINEARS: 1
func.func private @vecmat(%x: tensor<${K}xf32>, %init: tensor<${N}xf32>) -> tensor<${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${N}xf32>) -> tensor<${N}xf32>
  %1 = linalg.vecmat ins(%x, %w : tensor<${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${N}xf32>) -> tensor<${N}xf32>
  return %1 : tensor<${N}xf32>
}

// LINEARS: 1
func.func private @vecmat_half(%x: tensor<${K}xf16>, %init: tensor<${N}xf16>) -> tensor<${N}xf16> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf16>
  %zero = arith.constant 0.0 : f16
  %0 = linalg.fill ins(%zero : f16) outs(%init : tensor<${N}xf16>) -> tensor<${N}xf16>
  %1 = linalg.vecmat ins(%x, %w : tensor<${K}xf16>, tensor<${K}x${N}xf16>) outs(%0 : tensor<${N}xf16>) -> tensor<${N}xf16>
  return %1 : tensor<${N}xf16>
}

// A vector has no output dim.
// LINEARS: 0
func.func private @vector_weight(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}xf32>) -> tensor<${T}xf32> {
  %w = arith.constant dense<random> : tensor<${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}xf32>) -> tensor<${T}xf32>
  %1 = linalg.matvec ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}xf32>) outs(%0 : tensor<${T}xf32>) -> tensor<${T}xf32>
  return %1 : tensor<${T}xf32>
}

// LINEARS: 0
func.func private @dot(%x: tensor<${K}xf32>, %init: tensor<f32>) -> tensor<f32> {
  %w = arith.constant dense<random> : tensor<${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<f32>) -> tensor<f32>
  %1 = linalg.dot ins(%x, %w : tensor<${K}xf32>, tensor<${K}xf32>) outs(%0 : tensor<f32>) -> tensor<f32>
  return %1 : tensor<f32>
}
