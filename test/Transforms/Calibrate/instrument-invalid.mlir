// RUN: sparse-opt %s --sparsity-instrument="targets=conv,none ignore=nothing" -split-input-file -verify-diagnostics
// RUN: not sparse-opt %s --sparsity-instrument="targets=(" 2>&1 | FileCheck %s --check-prefix=REGEX
// RUN: sparse-opt %s --sparsity-instrument --remarks-filter=sparsity 2>&1 | FileCheck %s --check-prefix=REMARK

// REGEX: error: target '(':
// REMARK: weight 'conv' is used by a contraction that is no sparsity.linear; its input cannot be observed

// expected-error @below {{target 'none' matches no weight}}
// expected-warning @below {{ignore 'nothing' matches no weight}}
module {
  func.func @image(%x: tensor<1x4x8x8xf32>, %init: tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> {
    // expected-error @below {{weight 'conv' is used by a contraction that is no sparsity.linear; its input cannot be observed}}
    %w = sparsity.weight "conv" dense<1.0> : tensor<4x4x3x3xf32>
    %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) outs(%init : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
    return %y : tensor<1x4x6x6xf32>
  }
}
