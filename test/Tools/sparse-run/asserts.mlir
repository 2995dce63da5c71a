// A failed assertion ends the call, not the process.
// RUN: %npy make %t.x.npy float32 2 1 2
// RUN: %npy make %t.y.npy float32 2 -1 2
// RUN: sparse-run %s --input=%t.x.npy | FileCheck %s
// RUN: not sparse-run %s --input=%t.y.npy 2>&1 | FileCheck %s --check-prefix=FAIL

// CHECK: out0: float32[2]: 2 4
// FAIL:  error: the first value is not positive
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %first = tensor.extract %x[%c0] : tensor<2xf32>
  %positive = arith.cmpf ogt, %first, %zero : f32
  cf.assert %positive, "the first value is not positive"
  %0 = arith.addf %x, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
