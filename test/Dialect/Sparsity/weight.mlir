// RUN: sparse-opt %s | sparse-opt | FileCheck %s
// RUN: sparse-opt %s --emit-bytecode | sparse-opt | FileCheck %s

// CHECK-LABEL: func.func @weights
func.func @weights() {
  // CHECK: sparsity.weight "inline" dense<1.000000e+00> : tensor<2x4xf32>
  %0 = sparsity.weight "inline" dense<1.0> : tensor<2x4xf32>
  // CHECK: sparsity.weight "inline.nm" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.000000e+00> : tensor<2x4xf16>
  %1 = sparsity.weight "inline.nm" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<2x4xf16>
  // CHECK: sparsity.weight "resource" dense_resource<w> pattern [#sparsity.unstructured, #sparsity.block<4x1>, #sparsity.slice<dim = 0>] : tensor<2x2xf32>
  %2 = sparsity.weight "resource" dense_resource<w> pattern [#sparsity.unstructured, #sparsity.block<4x1>, #sparsity.slice<dim = 0>] : tensor<2x2xf32>
  // CHECK: sparsity.weight "conv" pattern [#sparsity.nm<1:4, dim = 1>] dense<0> : tensor<8x4x3x3xi8> {note = "kept"}
  %3 = sparsity.weight "conv" pattern [#sparsity.nm<1:4, dim = 1>] dense<0> : tensor<8x4x3x3xi8> {note = "kept"}
  // CHECK: sparsity.weight "half" dense<1.000000e+00> : tensor<1xbf16>
  %4 = sparsity.weight "half" dense<1.0> : tensor<1xbf16>
  // CHECK: sparsity.weight "double" dense<> : tensor<0x4xf64>
  %5 = sparsity.weight "double" dense<> : tensor<0x4xf64>
  return
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000404000008040"
    }
  }
#-}
