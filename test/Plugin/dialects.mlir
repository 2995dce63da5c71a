// RUN: mlir-opt %s --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext --emit-bytecode | mlir-opt --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext --show-dialects | FileCheck %s --check-prefix=SHOW
// RUN: not mlir-opt %s 2>&1 | FileCheck %s --check-prefix=WITHOUT

// The stock tool reads, verifies and prints the dialects once the plugin is
// loaded, and knows nothing of them before.
// SHOW: {{,}}packed,{{.*}},sparsity,
// WITHOUT: Dialect `sparsity' not found

// CHECK-LABEL: func.func @layer
// CHECK: %[[W:.*]] = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<
// CHECK: sparsity.linear ins(%{{.*}}, %[[W]] : tensor<?x4xf32>, tensor<1x4xf32>)
func.func @layer(%x: tensor<?x4xf32>, %y: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %w = sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[1.0, 0.0, 2.0, 0.0]]> : tensor<1x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<1x4xf32>) outs(%y : tensor<?x1xf32>) -> tensor<?x1xf32>
  return %r : tensor<?x1xf32>
}

// CHECK-LABEL: func.func @packed
// CHECK: packed.constant "up" dense<0> : tensor<512xi8> -> !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
func.func @packed() {
  %p = packed.constant "up" dense<0> : tensor<512xi8> -> !packed.weight<2x4xf32, "dense_panel", {width = 32 : i64}>
  return
}
