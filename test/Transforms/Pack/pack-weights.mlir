// RUN: sparse-opt %s --sparsity-pack-weights="target-cpu=znver4" -split-input-file --mlir-elide-resource-strings-if-larger=16 | FileCheck %s

// One weight, two readers: packed once, and nothing is left for run time.
// CHECK-LABEL: func.func @shared
// CHECK: %[[P:.*]] = packed.constant "up" dense_resource<up.dense_panel> : tensor<{{[0-9]+}}xi8> -> !packed.weight<16x64xf32, "dense_panel", {width = 32 : i64}>
// CHECK-NOT: packed.constant
// CHECK-NOT: sparsity.weight
// CHECK: packed.linear ins(%{{.*}}, %[[P]] :
// CHECK: packed.linear ins(%{{.*}}, %[[P]] :
// CHECK: sparsity.yield
// CHECK-NOT: packed.pack
func.func @shared(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>, %b: tensor<16xf32>) -> (tensor<32x16xf32>, tensor<32x16xf32>) {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<32x16xf32>
  %1 = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<16xf32>) outs(%y : tensor<32x16xf32>) {
  ^bb0(%acc: f32, %e: f32):
    %2 = arith.addf %acc, %e : f32
    sparsity.yield %2 : f32
  } kernel = #sparsity.kernel<"cpu.dense"> -> tensor<32x16xf32>
  return %0, %1 : tensor<32x16xf32>, tensor<32x16xf32>
}

// -----

// A layer without a kernel keeps its weight.
// CHECK-LABEL: func.func @unchosen
// CHECK: sparsity.weight "up"
// CHECK: sparsity.linear
func.func @unchosen(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) -> tensor<32x16xf32>
  return %0 : tensor<32x16xf32>
}
