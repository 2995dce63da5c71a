// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s

// What a loop writes in pieces is not known, wherever it goes.

// CHECK-LABEL: @written
// CHECK: %[[LOOP:[0-9]+]] : tensor<4x4xf32>: unknown
// CHECK: %{{[0-9]+}} : tensor<4x4xf32>: unknown
func.func @written(%c: i1, %x: tensor<4x4xf32>, %z: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %r = scf.forall (%i) in (4) shared_outs(%o = %z) -> tensor<4x4xf32> {
    %s = tensor.extract_slice %x[%i, 0] [1, 4] [1, 1] : tensor<4x4xf32> to tensor<1x4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<4x4xf32>
    }
  }
  %q = scf.if %c -> tensor<4x4xf32> {
    scf.yield %r : tensor<4x4xf32>
  } else {
    %zeros = arith.constant dense<0.0> : tensor<4x4xf32>
    scf.yield %zeros : tensor<4x4xf32>
  }
  return %q : tensor<4x4xf32>
}
