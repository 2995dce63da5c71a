// RUN: sparse-opt %s | sparse-opt | FileCheck %s
// RUN: sparse-opt %s --emit-bytecode | sparse-opt | FileCheck %s

// CHECK-LABEL: func.func @all
func.func @all(%x: tensor<?x16xf32>, %w: tensor<4x16xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4x16xf32>) {
  // CHECK: packed.constant "up" dense<0> : tensor<256xi8> -> !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>
  %0 = packed.constant "up" dense<0> : tensor<256xi8> -> !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>
  // CHECK: packed.constant dense<> : tensor<0xi8> -> !packed.weight<0x16xi8, "any">
  %1 = packed.constant dense<> : tensor<0xi8> -> !packed.weight<0x16xi8, "any">
  // CHECK: packed.pack %{{.*}} : tensor<4x16xf32> -> !packed.weight<4x16xf32, "any">
  %2 = packed.pack %w : tensor<4x16xf32> -> !packed.weight<4x16xf32, "any">
  // CHECK: packed.unpack %{{.*}} : !packed.weight<4x16xf32, "any"> -> tensor<4x16xf32>
  %3 = packed.unpack %2 : !packed.weight<4x16xf32, "any"> -> tensor<4x16xf32>
  // CHECK: packed.linear ins(%{{.*}}, %{{.*}} : tensor<?x16xf32>, !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>) outs(%{{.*}} : tensor<?x4xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<?x4xf32>
  %4 = packed.linear ins(%x, %0 : tensor<?x16xf32>, !packed.weight<4x16xf32, "dense_panel", {panel = 16 : i64}>) outs(%y : tensor<?x4xf32>) kernel = #sparsity.kernel<"cpu.dense"> -> tensor<?x4xf32>
  return %4, %3 : tensor<?x4xf32>, tensor<4x16xf32>
}
