// RUN: %npy make %t.x.npy float32 4x4 1
// RUN: sparse-run %s --input=%t.x.npy --benchmark=3 --threads=1 --profile | FileCheck %s
// RUN: sparse-compile %s -o %t.so
// RUN: not sparse-run %t.so --input=%t.x.npy --profile 2>&1 | FileCheck %s --check-prefix=NONE

// CHECK: ms/call      %  calls  step
// CHECK: {{[0-9.]+ +[0-9.]+}}      3  activation
// CHECK: {{[0-9.]+}}  100.0         all steps
// NONE:  error: the library has no times: compile it with --profile
func.func @f(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %y = math.exp %x : tensor<4x4xf32> loc("activation")
  return %y : tensor<4x4xf32>
}
