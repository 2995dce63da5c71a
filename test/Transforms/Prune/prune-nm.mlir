// RUN: sparse-opt %s --sparsity-prune -split-input-file | FileCheck %s

// Two of each four survive, the larger ones; the tail group of two may keep both.
// CHECK-LABEL: func.func @tail
// CHECK: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>]
// CHECK-SAME{LITERAL}: dense<[[0.000000e+00, -3.000000e+00, 2.000000e+00, 0.000000e+00, 5.000000e+00, 6.000000e+00]]>
func.func @tail() -> tensor<1x6xf32> {
  %w = sparsity.weight "up" dense<[[1.0, -3.0, 2.0, 0.5, 5.0, 6.0]]> : tensor<1x6xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x6xf32>
  return %p : tensor<1x6xf32>
}

// -----

// Groups run down the rows for dim 0. Zeros of either sign go first, then, among
// equal magnitudes, the lower position; a dropped -1.0 becomes +0.0, a kept -0.0
// stays.
// CHECK-LABEL: func.func @outer_dim
// CHECK-SAME{LITERAL}: () -> tensor<4x3xf16>
// CHECK: pattern [#sparsity.nm<2:4, dim = 0>]
// CHECK-SAME{LITERAL}: dense<[[0.000000e+00, 0.000000e+00, 0.000000e+00], [0.000000e+00, 1.000000e+00, 0.000000e+00], [1.000000e+00, 0.000000e+00, -0.000000e+00], [1.000000e+00, 2.000000e+00, 0.000000e+00]]>
func.func @outer_dim() -> tensor<4x3xf16> {
  %w = sparsity.weight "up" dense<[[-1.0, 0.0, 0.0], [1.0, 1.0, -0.0], [1.0, -0.0, -0.0], [1.0, 2.0, 0.0]]> : tensor<4x3xf16>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 0>, method = #sparsity.magnitude} : tensor<4x3xf16>
  return %p : tensor<4x3xf16>
}

// -----

// A 1x1 filter of four input channels, and -128 is the largest magnitude of i8.
// CHECK-LABEL: func.func @convolution
// CHECK: pattern [#sparsity.nm<1:4, dim = 1>]
// CHECK-SAME{LITERAL}: dense<[[[[0]], [[-128]], [[0]], [[0]]]]> : tensor<1x4x1x1xi8>
func.func @convolution() -> tensor<1x4x1x1xi8> {
  %w = sparsity.weight "conv" dense<[[[[127]], [[-128]], [[0]], [[5]]]]> : tensor<1x4x1x1xi8>
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4x1x1xi8>
  return %p : tensor<1x4x1x1xi8>
}

// -----

// The dim is taken from the use, through the request.
// CHECK-LABEL: func.func @dim_of_use
// CHECK: %[[W:.*]] = sparsity.weight "up" pattern [#sparsity.nm<1:2, dim = 1>]
// CHECK: sparsity.linear ins(%{{.*}}, %[[W]]
func.func @dim_of_use(%x: tensor<?x2xf32>, %y: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = sparsity.weight "up" dense<[[1.0, 2.0], [4.0, 3.0]]> : tensor<2x2xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<1:2>, method = #sparsity.magnitude} : tensor<2x2xf32>
  %r = sparsity.linear ins(%x, %p : tensor<?x2xf32>, tensor<2x2xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}

// -----

// A splat, an all-zero and an empty weight are weights like others.
// CHECK-LABEL: func.func @special_values
// CHECK-DAG{LITERAL}: sparsity.weight "splat" pattern [#sparsity.nm<1:2, dim = 1>] dense<[[0.000000e+00, 1.000000e+00], [0.000000e+00, 1.000000e+00]]> : tensor<2x2xbf16>
// CHECK-DAG: sparsity.weight "zero" pattern [#sparsity.nm<1:2, dim = 0>] dense<0.000000e+00> : tensor<4xf64>
// CHECK-DAG: sparsity.weight "empty" pattern [#sparsity.nm<1:2, dim = 1>] dense<> : tensor<0x4xf32>
func.func @special_values() -> (tensor<2x2xbf16>, tensor<4xf64>, tensor<0x4xf32>) {
  %a = sparsity.weight "splat" dense<1.0> : tensor<2x2xbf16>
  %b = sparsity.weight "zero" dense<0.0> : tensor<4xf64>
  %c = sparsity.weight "empty" dense<> : tensor<0x4xf32>
  %pa = sparsity.prune %a {pattern = #sparsity.nm<1:2, dim = 1>, method = #sparsity.magnitude} : tensor<2x2xbf16>
  %pb = sparsity.prune %b {pattern = #sparsity.nm<1:2, dim = 0>, method = #sparsity.magnitude} : tensor<4xf64>
  %pc = sparsity.prune %c {pattern = #sparsity.nm<1:2, dim = 1>, method = #sparsity.magnitude} : tensor<0x4xf32>
  return %pa, %pb, %pc : tensor<2x2xbf16>, tensor<4xf64>, tensor<0x4xf32>
}
