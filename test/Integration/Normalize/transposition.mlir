// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

// LINEARS: 1
func.func private @single(%x: tensor<${T}x70xf32>, %init: tensor<${T}x45xf32>) -> tensor<${T}x45xf32> {
  %w = arith.constant dense<random> : tensor<70x45xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x45xf32>) -> tensor<${T}x45xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x70xf32>, tensor<70x45xf32>) outs(%0 : tensor<${T}x45xf32>) -> tensor<${T}x45xf32>
  return %1 : tensor<${T}x45xf32>
}

// LINEARS: 1
func.func private @double(%x: tensor<${T}x33xf64>, %init: tensor<${T}x100xf64>) -> tensor<${T}x100xf64> {
  %w = arith.constant dense<random> : tensor<33x100xf64>
  %zero = arith.constant 0.0 : f64
  %0 = linalg.fill ins(%zero : f64) outs(%init : tensor<${T}x100xf64>) -> tensor<${T}x100xf64>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x33xf64>, tensor<33x100xf64>) outs(%0 : tensor<${T}x100xf64>) -> tensor<${T}x100xf64>
  return %1 : tensor<${T}x100xf64>
}

// LINEARS: 1
func.func private @half(%x: tensor<${T}x40xf16>, %init: tensor<${T}x65xf32>) -> tensor<${T}x65xf32> {
  %w = arith.constant dense<random> : tensor<40x65xf16>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x65xf32>) -> tensor<${T}x65xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x40xf16>, tensor<40x65xf16>) outs(%0 : tensor<${T}x65xf32>) -> tensor<${T}x65xf32>
  return %1 : tensor<${T}x65xf32>
}

// LINEARS: 1
func.func private @integers(%x: tensor<${T}x67xi8>, %init: tensor<${T}x41xi32>) -> tensor<${T}x41xi32> {
  %w = arith.constant dense<random> : tensor<67x41xi8>
  %zero = arith.constant 0 : i32
  %0 = linalg.fill ins(%zero : i32) outs(%init : tensor<${T}x41xi32>) -> tensor<${T}x41xi32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x67xi8>, tensor<67x41xi8>) outs(%0 : tensor<${T}x41xi32>) -> tensor<${T}x41xi32>
  return %1 : tensor<${T}x41xi32>
}

// LINEARS: 1
func.func private @narrow(%x: tensor<${T}x2xf32>, %init: tensor<${T}x600xf32>) -> tensor<${T}x600xf32> {
  %w = arith.constant dense<random> : tensor<2x600xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x600xf32>) -> tensor<${T}x600xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x2xf32>, tensor<2x600xf32>) outs(%0 : tensor<${T}x600xf32>) -> tensor<${T}x600xf32>
  return %1 : tensor<${T}x600xf32>
}

// LINEARS: 1
func.func private @wide(%x: tensor<${T}x600xf32>, %init: tensor<${T}x2xf32>) -> tensor<${T}x2xf32> {
  %w = arith.constant dense<random> : tensor<600x2xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x2xf32>) -> tensor<${T}x2xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x600xf32>, tensor<600x2xf32>) outs(%0 : tensor<${T}x2xf32>) -> tensor<${T}x2xf32>
  return %1 : tensor<${T}x2xf32>
}

// LINEARS: 1
func.func private @three_dims(%x: tensor<${T}x40xf32>, %init: tensor<${T}x5x33xf32>) -> tensor<${T}x5x33xf32> {
  %w = arith.constant dense<random> : tensor<33x40x5xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x5x33xf32>) -> tensor<${T}x5x33xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, k) -> (m, k)>, affine_map<(m, h, d, k) -> (d, k, h)>, affine_map<(m, h, d, k) -> (m, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x40xf32>, tensor<33x40x5xf32>) outs(%0 : tensor<${T}x5x33xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x5x33xf32>
  return %1 : tensor<${T}x5x33xf32>
}

// The innermost dim stays.
// LINEARS: 1
func.func private @rows_move(%x: tensor<${T}x9x40xf32>, %init: tensor<${T}x35xf32>) -> tensor<${T}x35xf32> {
  %w = arith.constant dense<random> : tensor<9x35x40xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x35xf32>) -> tensor<${T}x35xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, n) -> (m, h, d)>, affine_map<(m, h, d, n) -> (h, n, d)>, affine_map<(m, h, d, n) -> (m, n)>], iterator_types = ["parallel", "reduction", "reduction", "parallel"]}
    ins(%x, %w : tensor<${T}x9x40xf32>, tensor<9x35x40xf32>) outs(%0 : tensor<${T}x35xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x35xf32>
  return %1 : tensor<${T}x35xf32>
}
