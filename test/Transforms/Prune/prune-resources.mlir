// RUN: sparse-opt %s --sparsity-prune | FileCheck %s
// RUN: sparse-opt %s --sparsity-prune --emit-bytecode -o %t.mlirbc && sparse-opt %t.mlirbc --sparsity-verify-patterns | FileCheck %s
// RUN: sparse-opt %s --sparsity-prune --mlir-disable-threading | FileCheck %s

// Values 1, 2, 3, -1 in a resource that both functions use. The new values are
// stored once, aligned to 64 bytes; the old ones are dropped.
// CHECK-LABEL: func.func @one
// CHECK: sparsity.weight "up" dense_resource<[[$KEY:.*]]> pattern [#sparsity.nm<2:4, dim = 1>] : tensor<1x4xf32>
func.func @one() -> tensor<1x4xf32> {
  %w = sparsity.weight "up" dense_resource<k0> : tensor<1x4xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %p : tensor<1x4xf32>
}

// CHECK-LABEL: func.func @two
// CHECK: sparsity.weight "up" dense_resource<[[$KEY]]> pattern
func.func @two() -> tensor<1x4xf32> {
  %w = sparsity.weight "up" dense_resource<k0> : tensor<1x4xf32>
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  return %p : tensor<1x4xf32>
}

// CHECK: builtin: {
// CHECK-NEXT: [[$KEY]]: "0x4000000000000000000000400000404000000000"
// CHECK-NEXT: }
{-#
  dialect_resources: {
    builtin: {
      k0: "0x040000000000803F0000004000004040000080BF"
    }
  }
#-}
