// RUN: %npy make %t.x.npy float32 4 1
// RUN: sparse-run %s --input=%t.x.npy --benchmark=3 --threads=1 | FileCheck %s
// RUN: sparse-run %s --input=%t.x.npy | FileCheck %s --check-prefix=VALUES

// CHECK:  f: median {{[0-9.]+}} ms, minimum {{[0-9.]+}} ms, maximum {{[0-9.]+}} ms (3 runs)
// VALUES: out0: float32[4]: 2 2 2 2
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
