// Which weights are observed: all, the targets, or those whose request needs it.
// RUN: sparse-opt %s --sparsity-instrument | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: sparse-opt %s --sparsity-instrument="targets=k,down gram" | FileCheck %s --check-prefixes=CHECK,TARGETS
// RUN: sparse-opt %s --sparsity-instrument="ignore=q" | FileCheck %s --check-prefixes=CHECK,IGNORE

// CHECK-LABEL: func.func @attention
// CHECK-SAME: %[[X:.*]]: tensor<?x4xf32>, %[[Z:.*]]: tensor<?x4xf32>, %[[INIT:[^:]*]]: tensor<?x4xf32>
func.func @attention(%x: tensor<?x4xf32>, %z: tensor<?x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %q = sparsity.weight "q" dense<1.0> : tensor<4x4xf32>
  %k = sparsity.weight "k" dense<1.0> : tensor<4x4xf32>
  %down = sparsity.weight "down" dense<1.0> : tensor<4x4xf32>
  // Weights that read one activation share its observer.
  // ALL: sparsity.observe "q" %[[X]] {aliases = ["k"]} : tensor<?x4xf32>
  // CHECK: sparsity.linear ins(%[[X]],
  %0 = sparsity.linear ins(%x, %q : tensor<?x4xf32>, tensor<4x4xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  // ALL-NOT: sparsity.observe
  // TARGETS: sparsity.observe "k" %[[X]] {gram} : tensor<?x4xf32>
  // IGNORE: sparsity.observe "k" %[[X]] : tensor<?x4xf32>
  // CHECK: %[[K:.*]] = sparsity.linear ins(%[[X]], %{{.*}}) outs(%[[INIT]]
  %1 = sparsity.linear ins(%x, %k : tensor<?x4xf32>, tensor<4x4xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  // A weight of two layers is observed at both, and shares with none.
  // CHECK: sparsity.observe "down" %[[K]]
  %2 = sparsity.linear ins(%1, %down : tensor<?x4xf32>, tensor<4x4xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: sparsity.observe "down" %[[Z]]
  %3 = sparsity.linear ins(%z, %down : tensor<?x4xf32>, tensor<4x4xf32>) outs(%2 : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %3 : tensor<?x4xf32>
}
