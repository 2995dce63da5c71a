// Nothing is written by a failed run, and a good one may replace its input.
// RUN: echo before > %t.out
// RUN: not sparse-compile %t.none.mlir -o %t.out 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not sparse-compile %s -o %t.out --target-cpu=abacus 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not sparse-compile %s -o %t.out --target-features=+abacus 2>&1 | FileCheck %s --check-prefix=FEATURE
// RUN: FileCheck %s --check-prefix=BEFORE --input-file=%t.out
// RUN: not sparse-compile %s -o %t.nofolder/out.so 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not ls %t.nofolder
// RUN: cp %s %t.model.mlir
// RUN: sparse-compile %t.model.mlir -o %t.model.mlir
// RUN: %npy make %t.x.npy float32 2 1 2
// RUN: sparse-run %t.model.mlir --input=%t.x.npy | FileCheck %s --check-prefix=VALUES
// RUN: ls %t.model.mlir* | count 1

// MISSING: sparse-compile: error: cannot open input file '{{.+}}none.mlir'
// CPU:     error: unknown target CPU 'abacus'
// FEATURE: error: unknown target feature '+abacus'
// BEFORE:  before
// FOLDER:  error: cannot write '{{.+}}out.so': No such file or directory
// VALUES:  out0: float32[2]: 2 4
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = arith.addf %x, %x : tensor<2xf32>
  return %y : tensor<2xf32>
}
