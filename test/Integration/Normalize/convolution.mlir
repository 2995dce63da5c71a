// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

// LINEARS: 1
func.func private @pointwise_nhwc(%x: tensor<${T}x${H}x${W}x${C}xf32>, %init: tensor<${T}x${H}x${W}x${F}xf32>) -> tensor<${T}x${H}x${W}x${F}xf32> {
  %w = arith.constant dense<random> : tensor<1x1x${C}x${F}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${H}x${W}x${F}xf32>) -> tensor<${T}x${H}x${W}x${F}xf32>
  %1 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${H}x${W}x${C}xf32>, tensor<1x1x${C}x${F}xf32>) outs(%0 : tensor<${T}x${H}x${W}x${F}xf32>) -> tensor<${T}x${H}x${W}x${F}xf32>
  return %1 : tensor<${T}x${H}x${W}x${F}xf32>
}

// LINEARS: 1
func.func private @pointwise_nhwc_fhwc(%x: tensor<${T}x${H}x${W}x${C}xf32>, %init: tensor<${T}x${H}x${W}x${F}xf32>) -> tensor<${T}x${H}x${W}x${F}xf32> {
  %w = arith.constant dense<random> : tensor<${F}x1x1x${C}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${H}x${W}x${F}xf32>) -> tensor<${T}x${H}x${W}x${F}xf32>
  %1 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${H}x${W}x${C}xf32>, tensor<${F}x1x1x${C}xf32>) outs(%0 : tensor<${T}x${H}x${W}x${F}xf32>) -> tensor<${T}x${H}x${W}x${F}xf32>
  return %1 : tensor<${T}x${H}x${W}x${F}xf32>
}

// Activations are not transposed.
// LINEARS: 0
func.func private @pointwise_nchw(%x: tensor<${T}x${C}x${H}x${W}xf32>, %init: tensor<${T}x${F}x${H}x${W}xf32>) -> tensor<${T}x${F}x${H}x${W}xf32> {
  %w = arith.constant dense<random> : tensor<${F}x${C}x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${F}x${H}x${W}xf32>) -> tensor<${T}x${F}x${H}x${W}xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${C}x${H}x${W}xf32>, tensor<${F}x${C}x1x1xf32>) outs(%0 : tensor<${T}x${F}x${H}x${W}xf32>) -> tensor<${T}x${F}x${H}x${W}xf32>
  return %1 : tensor<${T}x${F}x${H}x${W}xf32>
}

// LINEARS: 1
func.func private @pointwise_nchw_of_one_pixel(%x: tensor<${T}x${C}x1x1xf32>, %init: tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32> {
  %w = arith.constant dense<random> : tensor<${F}x${C}x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${C}x1x1xf32>, tensor<${F}x${C}x1x1xf32>) outs(%0 : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  return %1 : tensor<${T}x${F}x1x1xf32>
}

// LINEARS: 1
func.func private @kernel_covers_image_nchw(%x: tensor<${T}x${C}x${H}x${W}xf32>, %init: tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32> {
  %w = arith.constant dense<random> : tensor<${F}x${C}x${H}x${W}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${C}x${H}x${W}xf32>, tensor<${F}x${C}x${H}x${W}xf32>) outs(%0 : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  return %1 : tensor<${T}x${F}x1x1xf32>
}

// LINEARS: 1
func.func private @kernel_covers_image_nhwc(%x: tensor<${T}x${H}x${W}x${C}xf32>, %init: tensor<${T}x1x1x${F}xf32>) -> tensor<${T}x1x1x${F}xf32> {
  %w = arith.constant dense<random> : tensor<${H}x${W}x${C}x${F}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x1x1x${F}xf32>) -> tensor<${T}x1x1x${F}xf32>
  %1 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${H}x${W}x${C}xf32>, tensor<${H}x${W}x${C}x${F}xf32>) outs(%0 : tensor<${T}x1x1x${F}xf32>) -> tensor<${T}x1x1x${F}xf32>
  return %1 : tensor<${T}x1x1x${F}xf32>
}

// A window.
// LINEARS: 0
func.func private @three_by_three(%x: tensor<${T}x5x6x${C}xf32>, %init: tensor<${T}x3x4x${F}xf32>) -> tensor<${T}x3x4x${F}xf32> {
  %w = arith.constant dense<random> : tensor<3x3x${C}x${F}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x3x4x${F}xf32>) -> tensor<${T}x3x4x${F}xf32>
  %1 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x5x6x${C}xf32>, tensor<3x3x${C}x${F}xf32>) outs(%0 : tensor<${T}x3x4x${F}xf32>) -> tensor<${T}x3x4x${F}xf32>
  return %1 : tensor<${T}x3x4x${F}xf32>
}

// LINEARS: 0
func.func private @strided_pointwise(%x: tensor<${T}x5x7x${C}xf32>, %init: tensor<${T}x3x4x${F}xf32>) -> tensor<${T}x3x4x${F}xf32> {
  %w = arith.constant dense<random> : tensor<1x1x${C}x${F}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x3x4x${F}xf32>) -> tensor<${T}x3x4x${F}xf32>
  %1 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<${T}x5x7x${C}xf32>, tensor<1x1x${C}x${F}xf32>) outs(%0 : tensor<${T}x3x4x${F}xf32>) -> tensor<${T}x3x4x${F}xf32>
  return %1 : tensor<${T}x3x4x${F}xf32>
}

// LINEARS: 0
func.func private @depthwise(%x: tensor<${T}x5x6x${C}xf32>, %init: tensor<${T}x3x4x${C}xf32>) -> tensor<${T}x3x4x${C}xf32> {
  %w = arith.constant dense<random> : tensor<3x3x${C}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x3x4x${C}xf32>) -> tensor<${T}x3x4x${C}xf32>
  %1 = linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x5x6x${C}xf32>, tensor<3x3x${C}xf32>) outs(%0 : tensor<${T}x3x4x${C}xf32>) -> tensor<${T}x3x4x${C}xf32>
  return %1 : tensor<${T}x3x4x${C}xf32>
}
