// RUN: sparse-opt %s --sparsity-prune | FileCheck %s

// The old values stay when something else uses their resource.
// CHECK-LABEL: func.func @tied
// CHECK-DAG: arith.constant dense_resource<k0> : tensor<1x4xf32>
// CHECK-DAG: sparsity.weight "up" dense_resource<up> pattern
func.func @tied() -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %c = arith.constant dense_resource<k0> : tensor<1x4xf32>
  %w = sparsity.weight "up" dense_resource<k0> : tensor<1x4xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %c, %p : tensor<1x4xf32>, tensor<1x4xf32>
}

// CHECK-DAG: k0: "0x040000000000803F0000004000004040000080BF"
// CHECK-DAG: up: "0x4000000000000000000000400000404000000000"
{-#
  dialect_resources: {
    builtin: {
      k0: "0x040000000000803F0000004000004040000080BF"
    }
  }
#-}
