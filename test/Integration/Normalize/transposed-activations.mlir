// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

// LINEARS: 1
func.func private @activation_transposed(%x: tensor<40x${T}xf32>, %init: tensor<${T}x48xf32>) -> tensor<${T}x48xf32> {
  %w = arith.constant dense<random> : tensor<48x40xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x48xf32>) -> tensor<${T}x48xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %w : tensor<40x${T}xf32>, tensor<48x40xf32>) outs(%0 : tensor<${T}x48xf32>) -> tensor<${T}x48xf32>
  return %1 : tensor<${T}x48xf32>
}

// LINEARS: 1
func.func private @weight_on_the_left(%x: tensor<40x${T}xf32>, %init: tensor<48x${T}xf32>) -> tensor<48x${T}xf32> {
  %w = arith.constant dense<random> : tensor<48x40xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<48x${T}xf32>) -> tensor<48x${T}xf32>
  %1 = linalg.matmul ins(%w, %x : tensor<48x40xf32>, tensor<40x${T}xf32>) outs(%0 : tensor<48x${T}xf32>) -> tensor<48x${T}xf32>
  return %1 : tensor<48x${T}xf32>
}

// LINEARS: 1
func.func private @batched_weight_on_the_left(%x: tensor<3x40x${T}xf32>, %init: tensor<3x48x${T}xf32>) -> tensor<3x48x${T}xf32> {
  %w = arith.constant dense<random> : tensor<48x40xf32>
  %e = tensor.empty() : tensor<3x48x40xf32>
  %t = linalg.broadcast ins(%w : tensor<48x40xf32>) outs(%e : tensor<3x48x40xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<3x48x${T}xf32>) -> tensor<3x48x${T}xf32>
  %1 = linalg.batch_matmul ins(%t, %x : tensor<3x48x40xf32>, tensor<3x40x${T}xf32>) outs(%0 : tensor<3x48x${T}xf32>) -> tensor<3x48x${T}xf32>
  return %1 : tensor<3x48x${T}xf32>
}

// LINEARS: 1
func.func private @batch_reduced(%x: tensor<3x${T}x40xf32>, %init: tensor<${T}x48xf32>) -> tensor<${T}x48xf32> {
  %w = arith.constant dense<random> : tensor<3x40x48xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x48xf32>) -> tensor<${T}x48xf32>
  %1 = linalg.batch_reduce_matmul ins(%x, %w : tensor<3x${T}x40xf32>, tensor<3x40x48xf32>) outs(%0 : tensor<${T}x48xf32>) -> tensor<${T}x48xf32>
  return %1 : tensor<${T}x48xf32>
}

// LINEARS: 1
func.func private @outputs_before_tokens(%x: tensor<${T}x40xf32>, %init: tensor<48x${T}xf32>) -> tensor<48x${T}xf32> {
  %w = arith.constant dense<random> : tensor<40x48xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<48x${T}xf32>) -> tensor<48x${T}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (n, m)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x40xf32>, tensor<40x48xf32>) outs(%0 : tensor<48x${T}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<48x${T}xf32>
  return %1 : tensor<48x${T}xf32>
}

// LINEARS: 1
func.func private @tokens_in_another_order(%x: tensor<${S}x${T}x40xf32>, %init: tensor<${T}x${S}x48xf32>) -> tensor<${T}x${S}x48xf32> {
  %w = arith.constant dense<random> : tensor<40x48xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${S}x48xf32>) -> tensor<${T}x${S}x48xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (m, b, k)>, affine_map<(b, m, n, k) -> (k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${S}x${T}x40xf32>, tensor<40x48xf32>) outs(%0 : tensor<${T}x${S}x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${S}x48xf32>
  return %1 : tensor<${T}x${S}x48xf32>
}

// LINEARS: 1
func.func private @several_outputs_before_tokens(%x: tensor<${T}x40xf32>, %init: tensor<6x${T}x8xf32>) -> tensor<6x${T}x8xf32> {
  %w = arith.constant dense<random> : tensor<40x6x8xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<6x${T}x8xf32>) -> tensor<6x${T}x8xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, k) -> (m, k)>, affine_map<(m, h, d, k) -> (k, h, d)>, affine_map<(m, h, d, k) -> (h, m, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x40xf32>, tensor<40x6x8xf32>) outs(%0 : tensor<6x${T}x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<6x${T}x8xf32>
  return %1 : tensor<6x${T}x8xf32>
}

// LINEARS: 1
func.func private @pointwise_nchw(%x: tensor<${T}x40x3x5xf32>, %init: tensor<${T}x48x3x5xf32>) -> tensor<${T}x48x3x5xf32> {
  %w = arith.constant dense<random> : tensor<48x40x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x48x3x5xf32>) -> tensor<${T}x48x3x5xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x40x3x5xf32>, tensor<48x40x1x1xf32>) outs(%0 : tensor<${T}x48x3x5xf32>) -> tensor<${T}x48x3x5xf32>
  return %1 : tensor<${T}x48x3x5xf32>
}

// LINEARS: 1
func.func private @pointwise_nchw_of_one_image(%x: tensor<1x40x${T}x5xf32>, %init: tensor<1x48x${T}x5xf32>) -> tensor<1x48x${T}x5xf32> {
  %w = arith.constant dense<random> : tensor<48x40x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<1x48x${T}x5xf32>) -> tensor<1x48x${T}x5xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x40x${T}x5xf32>, tensor<48x40x1x1xf32>) outs(%0 : tensor<1x48x${T}x5xf32>) -> tensor<1x48x${T}x5xf32>
  return %1 : tensor<1x48x${T}x5xf32>
}

// Elementwise ops join the epilogue through the transposes.
// LINEARS: 1
func.func private @pointwise_nchw_with_epilogue(%x: tensor<${T}x40x3x5xf32>, %bias: tensor<48xf32>, %r: tensor<${T}x48x3x5xf32>, %init: tensor<${T}x48x3x5xf32>) -> tensor<${T}x48x3x5xf32> {
  %w = arith.constant dense<random> : tensor<48x40x1x1xf32>
  %c = linalg.broadcast ins(%bias : tensor<48xf32>) outs(%init : tensor<${T}x48x3x5xf32>) dimensions = [0, 2, 3]
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x40x3x5xf32>, tensor<48x40x1x1xf32>) outs(%c : tensor<${T}x48x3x5xf32>) -> tensor<${T}x48x3x5xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%1 : tensor<${T}x48x3x5xf32>) outs(%init : tensor<${T}x48x3x5xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = math.absf %a : f32
    linalg.yield %s : f32
  } -> tensor<${T}x48x3x5xf32>
  %3 = linalg.sub ins(%2, %r : tensor<${T}x48x3x5xf32>, tensor<${T}x48x3x5xf32>) outs(%init : tensor<${T}x48x3x5xf32>) -> tensor<${T}x48x3x5xf32>
  return %3 : tensor<${T}x48x3x5xf32>
}

// LINEARS: 1
func.func private @pointwise_nchw_of_one_image_with_epilogue(%x: tensor<1x40x3x5xf32>, %bias: tensor<48xf32>, %r: tensor<1x48x3x5xf32>, %init: tensor<1x48x3x5xf32>) -> tensor<1x48x3x5xf32> {
  %w = arith.constant dense<random> : tensor<48x40x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<1x48x3x5xf32>) -> tensor<1x48x3x5xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x40x3x5xf32>, tensor<48x40x1x1xf32>) outs(%0 : tensor<1x48x3x5xf32>) -> tensor<1x48x3x5xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%1, %bias : tensor<1x48x3x5xf32>, tensor<48xf32>) outs(%init : tensor<1x48x3x5xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<1x48x3x5xf32>
  %3 = linalg.sub ins(%2, %r : tensor<1x48x3x5xf32>, tensor<1x48x3x5xf32>) outs(%init : tensor<1x48x3x5xf32>) -> tensor<1x48x3x5xf32>
  return %3 : tensor<1x48x3x5xf32>
}

// A sum that goes on, and a result of another type.
// LINEARS: 1
func.func private @weight_on_the_left_goes_on(%x: tensor<40x${T}xf32>, %c: tensor<48x${T}xf32>, %h: tensor<48x${T}xf16>) -> tensor<48x${T}xf16> {
  %w = arith.constant dense<random> : tensor<48x40xf32>
  %1 = linalg.matmul ins(%w, %x : tensor<48x40xf32>, tensor<40x${T}xf32>) outs(%c : tensor<48x${T}xf32>) -> tensor<48x${T}xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<48x${T}xf32>) outs(%h : tensor<48x${T}xf16>) {
  ^bb0(%a: f32, %o: f16):
    %s = arith.truncf %a : f32 to f16
    linalg.yield %s : f16
  } -> tensor<48x${T}xf16>
  return %2 : tensor<48x${T}xf16>
}
