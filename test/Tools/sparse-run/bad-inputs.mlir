// Arrays that do not fit the entry, and files that are no arrays.
// RUN: sparse-compile %s -o %t.so
// RUN: %npy make %t.good.npy float32 2x3 1
// RUN: %npy make %t.dtype.npy int64 2x3 1
// RUN: %npy make %t.shape.npy float32 2x4 1
// RUN: %npy raw %t.fortran.npy '<f4' True '(2, 3)' 24
// RUN: %npy raw %t.short.npy '<f4' False '(2, 3)' 20
// RUN: %npy raw %t.big.npy '>f4' False '(2, 3)' 24
// RUN: not sparse-run %t.so --entry=f 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not sparse-run %t.so --entry=f --input=%t.dtype.npy 2>&1 | FileCheck %s --check-prefix=DTYPE
// RUN: not sparse-run %t.so --entry=f --input=%t.shape.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not sparse-run %t.so --entry=f --input=%t.fortran.npy 2>&1 | FileCheck %s --check-prefix=FORTRAN
// RUN: not sparse-run %t.so --entry=f --input=%t.short.npy 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: not sparse-run %t.so --entry=f --input=%t.big.npy 2>&1 | FileCheck %s --check-prefix=BIG
// RUN: not sparse-run %t.so --entry=f --input=%s 2>&1 | FileCheck %s --check-prefix=NOTNPY
// RUN: not sparse-run %t.so --entry=f --input=%t.none.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not sparse-run %t.so --entry=h 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not sparse-run %t.so 2>&1 | FileCheck %s --check-prefix=SEVERAL
// RUN: not sparse-run %t.so --entry=f --input=%t.good.npy --output=%t.1.npy --output=%t.2.npy 2>&1 | FileCheck %s --check-prefix=OUTPUTS
// RUN: not sparse-run %t.none.mlir 2>&1 | FileCheck %s --check-prefix=MODULE

// NONE:    error: entry 'f' takes 1 inputs, 0 are given
// DTYPE:   error: input 'x' of entry 'f' is float32[2, 3], the given array is int64[2, 3]
// SHAPE:   error: input 'x' of entry 'f' is float32[2, 3], the given array is float32[2, 4]
// FORTRAN: error: '{{.+}}fortran.npy': is in Fortran order
// SHORT:   error: '{{.+}}short.npy': is float32[2, 3], which is 24 bytes, but holds 20
// BIG:     error: '{{.+}}big.npy': has elements of type '>f4'
// NOTNPY:  error: '{{.+}}bad-inputs.mlir': is not a .npy file
// MISSING: error: '{{.+}}none.npy': cannot be read: No such file or directory
// ENTRY:   error: the module has no entry 'h' (it has f, g)
// SEVERAL: error: the module has several entries: choose one with --entry (f, g)
// OUTPUTS: error: entry 'f' has 1 results, 2 outputs are given
// MODULE:  error: cannot open input file '{{.+}}none.mlir': No such file or directory
func.func @f(%x: tensor<2x3xf32> {sparsity.name = "x"}) -> tensor<2x3xf32> {
  return %x : tensor<2x3xf32>
}
func.func @g(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %x : tensor<2x3xf32>
}
