// RUN: sparse-opt %s --pass-pipeline='builtin.module(sparsity-normalize{transpose-activations=false})' --remarks-filter=sparsity --remark-policy=all --verify-diagnostics | FileCheck %s --check-prefix=OFF
// RUN: sparse-opt %s --sparsity-normalize | FileCheck %s

// CHECK-DAG: #[[$OUT:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-DAG: #[[$BACK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>

// The channels become the last dim; bias and residual are part of the epilogue.
// CHECK-LABEL: func.func @pointwise
// CHECK-SAME: (%[[X:.*]]: tensor<?x40x3x5xf32>, %[[B:.*]]: tensor<48xf32>, %[[R:.*]]: tensor<?x48x3x5xf32>)
// CHECK: %[[XT:.*]] = linalg.transpose ins(%[[X]] : {{.*}}) permutation = [0, 2, 3, 1]
// CHECK: %[[Y:.*]] = sparsity.linear ins(%[[XT]], %{{.*}} : tensor<?x3x5x40xf32>, tensor<48x40xf32>) extra(%[[B]] : #[[$OUT]], tensor<48xf32>, %[[R]] : #[[$BACK]], tensor<?x48x3x5xf32>)
// CHECK: %[[YT:.*]] = linalg.transpose ins(%[[Y]] : {{.*}}) permutation = [0, 3, 1, 2]
// CHECK: return %[[YT]]

// OFF-LABEL: func.func @pointwise
// OFF: sparsity.weight {{.*}} : tensor<48x40x1x1xf32>
// OFF: linalg.conv_2d_nchw_fchw
func.func @pointwise(%x: tensor<?x40x3x5xf32>, %b: tensor<48xf32>, %r: tensor<?x48x3x5xf32>) -> tensor<?x48x3x5xf32> {
  %w = arith.constant dense<1.0> : tensor<48x40x1x1xf32>
  %0 = linalg.broadcast ins(%b : tensor<48xf32>) outs(%r : tensor<?x48x3x5xf32>) dimensions = [0, 2, 3]
  // expected-remark @below {{linalg.conv_2d_nchw_fchw stays, its tokens are not the leading dims, and activations are not transposed}}
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
    ins(%x, %w : tensor<?x40x3x5xf32>, tensor<48x40x1x1xf32>) outs(%0 : tensor<?x48x3x5xf32>) -> tensor<?x48x3x5xf32>
  %2 = linalg.add ins(%1, %r : tensor<?x48x3x5xf32>, tensor<?x48x3x5xf32>) outs(%r : tensor<?x48x3x5xf32>) -> tensor<?x48x3x5xf32>
  return %2 : tensor<?x48x3x5xf32>
}
