// A library says which extensions it needs, and refuses a CPU without them.
// RUN: sparse-compile %s -o %t.so --target-cpu=x86-64
// RUN: %npy make %t.x.npy float32 2 1 2
// RUN: sparse-run %t.so --input=%t.x.npy | FileCheck %s
// RUN: sparse-compile %s -o %t.amd.so --target-cpu=x86-64 --target-features=+xop,+fma4
// RUN: sparse-compile %s -o %t.intel.so --target-cpu=x86-64 --target-features=+amx-tile,+avx512vp2intersect
// RUN: not sparse-run %t.amd.so --input=%t.x.npy > %t.log 2>&1 || not sparse-run %t.intel.so --input=%t.x.npy > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=REFUSED --input-file=%t.log

// No CPU has both AMD's old extensions and Intel's new ones.
// CHECK:   out0: float32[2]: 2 4
// REFUSED: error: cpu: this CPU lacks instructions that the library was compiled for: {{xop|fma4|avx512vp2intersect|amx-tile}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = arith.addf %x, %x : tensor<2xf32>
  return %y : tensor<2xf32>
}
