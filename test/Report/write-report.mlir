// RUN: sparse-opt %s --sparsity-select-kernels="target-cpu=znver4" --sparsity-write-report -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-select-kernels="target-cpu=znver4" --sparsity-pack-weights="target-cpu=znver4" --sparsity-write-report=file=%t.json -o /dev/null
// RUN: FileCheck %s < %t.json
// RUN: not sparse-opt %s --sparsity-write-report=file=%t.nowhere/x.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: error: cannot write report '{{.*}}.nowhere/x.json'

// CHECK: "layers": [
// CHECK: "choices": [
// CHECK: "dense_ns": [[NS:[0-9]+]]
// CHECK: "kernel": "cpu.dense"
// CHECK: "predicted_ns": [[NS]]
// CHECK: "tokens": 32
// CHECK: "density": 1,
// CHECK: "in": 64
// CHECK: "out": 16
// CHECK: "pattern": "unstructured"
// CHECK: "weight": "up"
// CHECK-NOT: "weight"
func.func @f(%x: tensor<32x64xf32>, %u: tensor<16x64xf32>, %y: tensor<32x16xf32>) -> (tensor<32x16xf32>, tensor<32x16xf32>) {
  %w = sparsity.weight "up" pattern [#sparsity.unstructured] dense<1.0> : tensor<16x64xf32>
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) -> tensor<32x16xf32>
  %s = sparsity.linear ins(%x, %u : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) -> tensor<32x16xf32>
  return %r, %s : tensor<32x16xf32>, tensor<32x16xf32>
}
