// A claim that is tested when the program runs.
// RUN: %npy make %t.good.npy float32 1x4 1 0 2 0
// RUN: %npy make %t.bad.npy float32 1x4 1 3 2 0
// RUN: sparse-opt %s --sparsity-lower-assumptions=check -o %t.mlir
// RUN: sparse-run %t.mlir --input=%t.good.npy --output=%t.out.npy
// RUN: not sparse-run %t.mlir --input=%t.bad.npy --output=%t.out.npy 2>&1 | FileCheck %s

// CHECK: a value that was assumed to be 2:4 along dim 1 is not
func.func @claim(%v: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<1x4xf32>
  %y = math.absf %c : tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
