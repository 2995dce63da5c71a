// RUN: %npy make %t.x.npy float32 2x0 1
// RUN: %npy make %t.init.npy float32 2x3 1.5
// RUN: sparse-compile %s -o %t.so --pattern=2:4
// RUN: sparse-run %t.so --entry=no_inputs --input=%t.x.npy --input=%t.init.npy --output=%t.y.npy
// RUN: %npy show %t.y.npy | FileCheck %s

// A layer without inputs is its accumulator's first value.
// CHECK: 1.5
func.func @no_inputs(%x: tensor<2x0xf32>, %init: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = arith.constant dense<> : tensor<0x3xf32> loc("inputs")
  %y = linalg.matmul ins(%x, %w : tensor<2x0xf32>, tensor<0x3xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

func.func @no_outputs(%x: tensor<2x3xf32>, %init: tensor<2x0xf32>) -> tensor<2x0xf32> {
  %w = arith.constant dense<> : tensor<3x0xf32> loc("outputs")
  %y = linalg.matmul ins(%x, %w : tensor<2x3xf32>, tensor<3x0xf32>) outs(%init : tensor<2x0xf32>) -> tensor<2x0xf32>
  return %y : tensor<2x0xf32>
}
