// Arrays of different lengths, where the entry needs equal ones, are refused.
// RUN: %npy make %t.x.npy float32 2 1 2
// RUN: %npy make %t.y.npy float32 3 1 2 3
// RUN: sparse-run %s --input=%t.x.npy --input=%t.x.npy | FileCheck %s
// RUN: not sparse-run %s --input=%t.x.npy --input=%t.y.npy 2>&1 | FileCheck %s --check-prefix=FAIL

// CHECK: out0: float32[2]: 2 4
// FAIL:  error: dimension 0 of x and dimension 0 of y differ
func.func @f(%x: tensor<?xf32> {sparsity.name = "x"}, %y: tensor<?xf32> {sparsity.name = "y"}) -> tensor<?xf32> {
  %0 = arith.addf %x, %y : tensor<?xf32>
  return %0 : tensor<?xf32>
}
