// Every element type of the C interface goes in and comes out.
// RUN: sparse-compile %s -o %t.so
// RUN: %npy make %t.x.npy float32 3 1.5 -2 3
// RUN: sparse-run %t.so --entry=f32 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=F32
// RUN: %npy make %t.x.npy float64 3 1.5 -2 3
// RUN: sparse-run %t.so --entry=f64 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=F64
// RUN: %npy make %t.x.npy float16 3 1.5 -2 3
// RUN: sparse-run %t.so --entry=f16 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=F16
// RUN: %npy make %t.x.npy bfloat16 3 1.5 -2 3
// RUN: sparse-run %t.so --entry=bf16 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=BF16
// RUN: %npy make %t.x.npy int8 3 1 -2 127
// RUN: sparse-run %t.so --entry=i8 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=I8
// RUN: %npy make %t.x.npy int64 3 1 -2 4294967296
// RUN: sparse-run %t.so --entry=i64 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=I64
// RUN: %npy make %t.x.npy bool 3 1 0 1
// RUN: sparse-run %t.so --entry=i1 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=I1

// F32: float32 (3,) 3 -4 6
func.func @f32(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = arith.addf %x, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}
// F64: float64 (3,) 3 -4 6
func.func @f64(%x: tensor<3xf64>) -> tensor<3xf64> {
  %y = arith.addf %x, %x : tensor<3xf64>
  return %y : tensor<3xf64>
}
// F16: float16 (3,) 3 -4 6
func.func @f16(%x: tensor<3xf16>) -> tensor<3xf16> {
  %y = arith.addf %x, %x : tensor<3xf16>
  return %y : tensor<3xf16>
}
// BF16: bfloat16 (3,) 3 -4 6
func.func @bf16(%x: tensor<3xbf16>) -> tensor<3xbf16> {
  %y = arith.addf %x, %x : tensor<3xbf16>
  return %y : tensor<3xbf16>
}
// I8: int8 (3,) 2 -4 -2
func.func @i8(%x: tensor<3xi8>) -> tensor<3xi8> {
  %y = arith.addi %x, %x : tensor<3xi8>
  return %y : tensor<3xi8>
}
// I64: int64 (3,) 2 -4 8589934592
func.func @i64(%x: tensor<3xi64>) -> tensor<3xi64> {
  %y = arith.addi %x, %x : tensor<3xi64>
  return %y : tensor<3xi64>
}
// A constant of i1 is packed in memory of the compiler and bytes in ours.
// I1: bool (3,) False True True
func.func @i1(%x: tensor<3xi1>) -> tensor<3xi1> {
  %c = arith.constant dense<[true, true, false]> : tensor<3xi1>
  %y = arith.xori %x, %c : tensor<3xi1>
  return %y : tensor<3xi1>
}
