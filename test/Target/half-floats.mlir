// Conversions of 16-bit floats agree on CPUs with and without instructions for
// them: rounding to even, overflow, subnormals, NaN.
// RUN: %npy make %t.x.npy float64 12 1.00048828125 1.00146484375 65519.99 65520 5.9604644775390625e-8 2.98023223876953125e-8 2.9802322387695316e-8 -0.0 nan inf 3.0e38 1e-300
// RUN: sparse-compile %s -o %t.base.so --target-cpu=x86-64 2>/dev/null
// RUN: sparse-run %t.base.so --entry=f64_to_f16 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=F16
// RUN: sparse-run %t.base.so --entry=f64_to_bf16 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=BF16
// RUN: sparse-compile %s -o %t.native.so 2>/dev/null
// RUN: sparse-run %t.native.so --entry=f64_to_f16 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=F16
// RUN: sparse-run %t.native.so --entry=f64_to_bf16 --input=%t.x.npy --output=%t.y.npy && %npy show %t.y.npy | FileCheck %s --check-prefix=BF16
// RUN: %npy make %t.h.npy float16 4 1.5 5.9604644775390625e-8 -inf 65504
// RUN: sparse-run %t.base.so --entry=f16_to_f32 --input=%t.h.npy | FileCheck %s --check-prefix=EXT
// RUN: sparse-run %t.native.so --entry=f16_to_f32 --input=%t.h.npy | FileCheck %s --check-prefix=EXT

// F16: float16 (12,) 1 1.00195 65504 inf 5.96046e-08 0 5.96046e-08 -0 nan inf inf 0
func.func @f64_to_f16(%x: tensor<12xf64>) -> tensor<12xf16> {
  %y = arith.truncf %x : tensor<12xf64> to tensor<12xf16>
  return %y : tensor<12xf16>
}

// BF16: bfloat16 (12,) 1 1 65536 65536 5.96046e-08 2.98023e-08 2.98023e-08 -0 nan inf {{2.99|3.00}}{{[0-9]+}}e+38 0
func.func @f64_to_bf16(%x: tensor<12xf64>) -> tensor<12xbf16> {
  %y = arith.truncf %x : tensor<12xf64> to tensor<12xbf16>
  return %y : tensor<12xbf16>
}

// EXT: out0: float32[4]: 1.5 5.96046e-08 -inf 65504
func.func @f16_to_f32(%x: tensor<4xf16>) -> tensor<4xf32> {
  %y = arith.extf %x : tensor<4xf16> to tensor<4xf32>
  return %y : tensor<4xf32>
}
