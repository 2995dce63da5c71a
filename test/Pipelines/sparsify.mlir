// RUN: sparse-opt %s --sparsity-sparsify="target-cpu=znver4 pattern=2:4" --mlir-elide-resource-strings-if-larger=16 | FileCheck %s
// RUN: sparse-opt %s --sparsity-sparsify="target-cpu=znver4" --mlir-elide-resource-strings-if-larger=16 | FileCheck %s --check-prefix=DENSE

// A dense matmul with a bias comes out as one packed 2:4 layer.
// CHECK-LABEL: func.func @layer
// CHECK-DAG: packed.constant "{{.*}}" dense_resource<{{.*}}> : tensor<{{[0-9]+}}xi8> -> !packed.weight<32x64xf32
// CHECK: packed.linear
// CHECK: arith.addf
// CHECK: sparsity.yield
// CHECK: pattern = "2:4", density = 5.000000e-01
// CHECK-NOT: linalg.matmul

// Without a request no value changes, and the layer runs dense.
// DENSE-LABEL: func.func @layer
// DENSE: packed.linear
// DENSE: kernel = #sparsity.kernel<"cpu.dense">
// DENSE-SAME: density = 1.000000e+00
func.func @layer(%x: tensor<128x64xf32>, %bias: tensor<32xf32>) -> tensor<128x32xf32> {
  %w = arith.constant dense<1.0> : tensor<64x32xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<128x32xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<128x32xf32>) -> tensor<128x32xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<128x64xf32>, tensor<64x32xf32>) outs(%init : tensor<128x32xf32>) -> tensor<128x32xf32>
  %1 = linalg.generic {
    indexing_maps = [affine_map<(t, o) -> (t, o)>, affine_map<(t, o) -> (o)>, affine_map<(t, o) -> (t, o)>],
    iterator_types = ["parallel", "parallel"]
  } ins(%0, %bias : tensor<128x32xf32>, tensor<32xf32>) outs(%empty : tensor<128x32xf32>) {
  ^bb0(%acc: f32, %b: f32, %out: f32):
    %2 = arith.addf %acc, %b : f32
    linalg.yield %2 : f32
  } -> tensor<128x32xf32>
  return %1 : tensor<128x32xf32>
}
