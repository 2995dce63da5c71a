// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// The sum goes on from a matrix.
// LINEARS: 1
func.func private @full(%x: tensor<${T}x${K}xf32>, %c: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%c : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// The sum goes on from a bias.
// LINEARS: 1
func.func private @bias(%x: tensor<${T}x${K}xf32>, %b: tensor<${N}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %c = linalg.broadcast ins(%b : tensor<${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) dimensions = [0]
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%c : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @bias_by_generic(%x: tensor<${T}x${K}xf32>, %b: tensor<${N}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %c = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%b : tensor<${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%c : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @half(%x: tensor<${T}x${K}xf16>, %c: tensor<${T}x${N}xf16>) -> tensor<${T}x${N}xf16> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf16>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf16>, tensor<${K}x${N}xf16>) outs(%c : tensor<${T}x${N}xf16>) -> tensor<${T}x${N}xf16>
  return %1 : tensor<${T}x${N}xf16>
}

// LINEARS: 1
func.func private @integers(%x: tensor<${T}x${K}xi8>, %c: tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xi8>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xi8>, tensor<${K}x${N}xi8>) outs(%c : tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32>
  return %1 : tensor<${T}x${N}xi32>
}

// LINEARS: 1
func.func private @vector(%x: tensor<${K}xf32>, %c: tensor<${N}xf32>) -> tensor<${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %1 = linalg.vecmat ins(%x, %w : tensor<${K}xf32>, tensor<${K}x${N}xf32>) outs(%c : tensor<${N}xf32>) -> tensor<${N}xf32>
  return %1 : tensor<${N}xf32>
}

// LINEARS: 1
func.func private @one_pixel(%x: tensor<${T}x${C}x1x1xf32>, %c: tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32> {
  %w = arith.constant dense<random> : tensor<${F}x${C}x1x1xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${C}x1x1xf32>, tensor<${F}x${C}x1x1xf32>) outs(%c : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  return %1 : tensor<${T}x${F}x1x1xf32>
}

// LINEARS: 1
func.func private @constant(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %two = arith.constant 2.0 : f32
  %c = linalg.fill ins(%two : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%c : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// One sum goes on from another.
// LINEARS: 2
func.func private @two_products(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %v = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %v : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %2 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%1 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %2 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @several_outputs(%x: tensor<${T}x${K}xf32>, %c: tensor<${T}x${H}x${D}xf32>) -> tensor<${T}x${H}x${D}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${H}x${D}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, k) -> (m, k)>, affine_map<(m, h, d, k) -> (k, h, d)>, affine_map<(m, h, d, k) -> (m, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${H}x${D}xf32>) outs(%c : tensor<${T}x${H}x${D}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${H}x${D}xf32>
  return %1 : tensor<${T}x${H}x${D}xf32>
}

// LINEARS: 1
func.func private @several_outputs_of_a_vector(%x: tensor<${K}xf32>, %c: tensor<${H}x${D}xf32>) -> tensor<${H}x${D}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${H}x${D}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(h, d, k) -> (k)>, affine_map<(h, d, k) -> (k, h, d)>, affine_map<(h, d, k) -> (h, d)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${K}xf32>, tensor<${K}x${H}x${D}xf32>) outs(%c : tensor<${H}x${D}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${H}x${D}xf32>
  return %1 : tensor<${H}x${D}xf32>
}
