// RUN: %python %S/../../Inputs/npy.py make %t.x.npy float32 4x2x3 1 2 3 4 5 6 7 8 9 1 1 1 2 2 2 3 3 3 4 4 4 0 0 9
// RUN: %python %S/../../Inputs/npy.py make %t.mask.npy int64 4x2 1 1 1 0 1 1 1 0
// RUN: %python %S/../../Inputs/npy.py make %t.one.npy float32 2x3 1
// RUN: sparse-run %s --calibrate --gram --inputs=%t.x.npy,%t.mask.npy --mask-input=1 --stats=%t.st --threads=1 | FileCheck %s
// RUN: not ls %t.st.partial
// CHECK: statistics of 1 activations over 4 samples, 6 tokens:

// What cannot be calibrated is said, and nothing is written.
// RUN: rm %t.st
// RUN: not sparse-run %s --calibrate --inputs=%t.x.npy,%t.mask.npy 2>&1 | FileCheck %s --check-prefix=NOSTATS
// NOSTATS: error: --calibrate needs --stats=FILE
// RUN: not sparse-run %s --calibrate --pattern=2:4 --stats=%t.st --inputs=%t.x.npy,%t.mask.npy 2>&1 | FileCheck %s --check-prefix=PATTERN
// PATTERN: error: --calibrate takes requests from --recipe
// RUN: not sparse-run %s --calibrate --stats=%t.st --inputs=%t.x.npy 2>&1 | FileCheck %s --check-prefix=COUNT
// COUNT: error: entry 'layer' takes 2 inputs, samples for 1 are given
// RUN: not sparse-run %s --calibrate --stats=%t.st --inputs=%t.one.npy,%t.mask.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: one.npy' is float32[2, 3], which is no list of samples for input 'in0', float32[1, 2, 3]
// RUN: not sparse-run %s --calibrate --stats=%t.st --inputs=%t.x.npy,%t.mask.npy --mask-input=padding 2>&1 | FileCheck %s --check-prefix=MASK
// MASK: error: entry 'layer' has no input 'padding' to mask tokens with (it has in0, in1)
// RUN: not sparse-run %s --calibrate --stats=%t.st --inputs=%t.x.npy,%t.mask.npy --mask-input=in0 2>&1 | FileCheck %s --check-prefix=FIT
// FIT: error: the input of weight 'up' has 2 tokens, which does not fit a mask of 6 elements
// RUN: not sparse-run %s --calibrate --stats=%t.st --inputs=%t.x.npy,%t.mask.npy --targets=down 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: target 'down' matches no weight
// RUN: %python %S/../../Inputs/npy.py make %t.inf.npy float32 1x2x3 1 2 3 inf 5 6
// RUN: %python %S/../../Inputs/npy.py make %t.mask1.npy int64 1x2 1
// RUN: not sparse-run %s --calibrate --stats=%t.st --inputs=%t.inf.npy,%t.mask1.npy 2>&1 | FileCheck %s --check-prefix=FINITE
// FINITE: error: the input of weight 'up' is not finite in samples 0 to 0
// RUN: not ls %t.st

func.func @layer(%x: tensor<1x2x3xf32>, %mask: tensor<1x2xi64>) -> tensor<1x2x2xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<2x3xf32>
  %init = tensor.empty() : tensor<1x2x2xf32>
  %y = sparsity.linear ins(%x, %w : tensor<1x2x3xf32>, tensor<2x3xf32>) outs(%init : tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}
