// RUN: sparse-opt %s --sparsity-select-kernels="target-cpu=znver4" -split-input-file | FileCheck %s
// RUN: sparse-opt %s --sparsity-select-kernels="target-cpu=znver4" --remarks-filter=sparsity -split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// A weight without zeros runs dense, and the remark says what else was asked.
// REMARK-DAG: runs on cpu.dense at 32 tokens
// CHECK-LABEL: func.func @dense
// CHECK: kernel = #sparsity.kernel<"cpu.dense"> decisions = [#sparsity.decision<weight = "up", pattern = "none", density = 1.000000e+00 : f64, tokens = 32, kernel = "cpu.dense"
func.func @dense(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) -> tensor<32x16xf32>
  return %r : tensor<32x16xf32>
}

// -----

// REMARK-DAG: no kernel: the weight is not known at compile time
// CHECK-LABEL: func.func @unknown_weight
// CHECK: sparsity.linear
// CHECK-NOT: kernel =
func.func @unknown_weight(%x: tensor<32x64xf32>, %w: tensor<16x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) -> tensor<32x16xf32>
  return %r : tensor<32x16xf32>
}

// -----

// REMARK-DAG: no kernel for 'up': cpu.dense:
// CHECK-LABEL: func.func @double
// CHECK-NOT: kernel =
func.func @double(%x: tensor<32x64xf64>, %y: tensor<32x16xf64>) -> tensor<32x16xf64> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf64>
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf64>, tensor<16x64xf64>) outs(%y : tensor<32x16xf64>) -> tensor<32x16xf64>
  return %r : tensor<32x16xf64>
}

// -----

// A decision written by hand is kept.
// CHECK-LABEL: func.func @by_hand
// CHECK: kernel = #sparsity.kernel<"cpu.dense"> -> tensor
func.func @by_hand(%x: tensor<32x64xf32>, %y: tensor<32x16xf32>) -> tensor<32x16xf32> {
  %w = sparsity.weight "up" dense<0.0> : tensor<16x64xf32>
  %r = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<16x64xf32>) outs(%y : tensor<32x16xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<32x16xf32>
  return %r : tensor<32x16xf32>
}

// -----

// A dynamic token count is judged at several counts.
// CHECK-LABEL: func.func @dynamic
// CHECK: decisions = [#sparsity.decision<weight = "up", pattern = "none", density = 1.000000e+00 : f64, tokens = 1,
// CHECK-SAME: #sparsity.decision<weight = "up", pattern = "none", density = 1.000000e+00 : f64, tokens = 256,
func.func @dynamic(%x: tensor<?x64xf32>, %y: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<16x64xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x64xf32>, tensor<16x64xf32>) outs(%y : tensor<?x16xf32>) -> tensor<?x16xf32>
  return %r : tensor<?x16xf32>
}

// -----

// A gain below 5 % is within the error of the model: the layer stays dense.
// REMARK-DAG: 'small_gain' runs on cpu.dense at 128 tokens: no sparse kernel is predicted to gain 5 %{{.*}}cpu.mask_tile would take 0.9{{[5-9]}} times as long
// CHECK-LABEL: func.func @small_gain
// CHECK: kernel = #sparsity.kernel<"cpu.dense">
func.func @small_gain(%x: tensor<128x384xf32>, %y: tensor<128x384xf32>) -> tensor<128x384xf32> {
  %w = sparsity.weight "small_gain" dense<1.0> : tensor<384x384xf32>
  %r = sparsity.linear ins(%x, %w : tensor<128x384xf32>, tensor<384x384xf32>) outs(%y : tensor<128x384xf32>) -> tensor<128x384xf32>
  return %r : tensor<128x384xf32>
}
