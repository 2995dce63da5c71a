// Weights in a file beside the library are found, checked and refused.
// RUN: rm -rf %t && mkdir %t
// RUN: sparse-compile %s -o %t/net.so --weights=file
// RUN: %npy make %t/x.npy int64 2 1 2
// RUN: sparse-run %t/net.so --input=%t/x.npy | FileCheck %s
// RUN: mv %t/net.so.weights %t/moved.weights
// RUN: not sparse-run %t/net.so --input=%t/x.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: sparse-run %t/net.so --weights=%t/moved.weights --input=%t/x.npy | FileCheck %s
// RUN: sed 's/00001C40/00002040/' %s > %t/other.mlir
// RUN: sparse-compile %t/other.mlir -o %t/other.so --weights=file
// RUN: not sparse-run %t/net.so --weights=%t/other.so.weights --input=%t/x.npy 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: head -c 100 %t/moved.weights > %t/short.weights
// RUN: not sparse-run %t/net.so --weights=%t/short.weights --input=%t/x.npy 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: not sparse-run %t/net.so --weights=%s --input=%t/x.npy 2>&1 | FileCheck %s --check-prefix=NOTWEIGHTS

// CHECK:      out0: float32[2]: 127 8
// MISSING:    error: net: cannot open weights file '{{.+}}net.so.weights': No such file or directory
// OTHER:      error: net: '{{.+}}other.so.weights' holds other weights than the library was compiled with (the hash differs)
// SHORT:      error: net: '{{.+}}short.weights' has 36 bytes of weights, the library was compiled with 256
// NOTWEIGHTS: error: net: '{{.+}}weights-file.mlir' is not a weights file
// The weights are 128, 126, 7, then zeros.
func.func @f(%x: tensor<2xi64>) -> tensor<2xf32> {
  %w = arith.constant dense_resource<w> : tensor<32xf64>
  %splat = arith.constant dense<1.0> : tensor<100xf32>
  %e = tensor.empty() : tensor<2xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<2xi64>) outs(%e : tensor<2xf32>) {
  ^bb0(%index: i64, %out: f32):
    %i = arith.index_cast %index : i64 to index
    %0 = tensor.extract %w[%i] : tensor<32xf64>
    %1 = arith.truncf %0 : f64 to f32
    %2 = tensor.extract %splat[%i] : tensor<100xf32>
    %3 = arith.addf %1, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<2xf32>
  return %y : tensor<2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x0800000000000000000060400000000000805F400000000000001C4000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    }
  }
#-}
