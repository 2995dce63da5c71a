// RUN: sparse-opt %s --sparsity-prune --emit-bytecode -o %t.mlirbc
// RUN: sparse-opt %s --sparsity-take-weights=from=%t.mlirbc | FileCheck %s
// RUN: echo 'func.func @f() { %%0 = sparsity.weight "down" dense<1.0> : tensor<1x4xf32>  return }' > %t.other.mlir
// RUN: not sparse-opt %s --sparsity-take-weights=from=%t.other.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: echo 'func.func @f() { %%0 = sparsity.weight "up" dense<1.0> : tensor<1x8xf32>  return }' > %t.shape.mlir
// RUN: not sparse-opt %s --sparsity-take-weights=from=%t.shape.mlir 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not sparse-opt %s --sparsity-take-weights=from=%t.none 2>&1 | FileCheck %s --check-prefix=NONE

// MISSING: error: there is no weight 'down', which '{{.*}}other.mlir' has
// SHAPE: error: weight 'up' is 'tensor<1x4xf32>', in '{{.*}}shape.mlir' it is 'tensor<1x8xf32>'
// NONE: error: cannot open input file

// CHECK-LABEL: func.func @layer
func.func @layer() -> tensor<1x4xf32> {
  // CHECK: %[[W:.*]] = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<{{\[\[}}0.000000e+00, 3.000000e+00, -2.000000e+00, 0.000000e+00]]>
  %w = sparsity.weight "up" dense<[[1.0, 3.0, -2.0, 0.5]]> : tensor<1x4xf32>
  // CHECK-NOT: sparsity.prune
  %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  // CHECK: return %[[W]]
  return %p : tensor<1x4xf32>
}
