// RUN: sparse-opt %s | sparse-opt | FileCheck %s
// RUN: sparse-opt %s --emit-bytecode | sparse-opt --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @requests
func.func @requests(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: sparsity.prune %{{.*}} {method = #sparsity.magnitude, pattern = #sparsity.nm<2:4>} : tensor<8x8xf32>
  %0 = sparsity.prune %w {pattern = #sparsity.nm<2:4>, method = #sparsity.magnitude} : tensor<8x8xf32>
  // CHECK: sparsity.prune %{{.*}} {method = #sparsity.magnitude<scope = row>, pattern = #sparsity.unstructured, sparsity = 8.000000e-01 : f64} : tensor<8x8xf32>
  %1 = sparsity.prune %0 {pattern = #sparsity.unstructured, sparsity = 0.8 : f64, method = #sparsity.magnitude<scope = row>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.magnitude<scope = global, norm = l1>, pattern = #sparsity.block<4x1>
  %2 = sparsity.prune %1 {pattern = #sparsity.block<4x1>, sparsity = 0.5 : f64, method = #sparsity.magnitude<scope = global, norm = l1>} : tensor<8x8xf32>
  // CHECK: method = #sparsity.threshold<stddev = 1.500000e+00>, pattern = #sparsity.unstructured
  %3 = sparsity.prune %2 {pattern = #sparsity.unstructured, method = #sparsity.threshold<stddev = 1.5>} : tensor<8x8xf32>
  return %3 : tensor<8x8xf32>
}
