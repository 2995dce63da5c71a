// A failed assertion ends the call, not the process.
// RUN: %npy make %t.x.npy float32 2 1 2
// RUN: %npy make %t.y.npy float32 3 1 2 3
// RUN: sparse-run %s --input=%t.x.npy --input=%t.x.npy | FileCheck %s
// RUN: not sparse-run %s --input=%t.x.npy --input=%t.y.npy 2>&1 | FileCheck %s --check-prefix=FAIL

// CHECK: out0: float32[2]: 2 4
// FAIL:  error: lengths differ
func.func @f(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?xf32>
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %same = arith.cmpi eq, %m, %n : index
  cf.assert %same, "lengths differ"
  %0 = arith.addf %x, %y : tensor<?xf32>
  return %0 : tensor<?xf32>
}
