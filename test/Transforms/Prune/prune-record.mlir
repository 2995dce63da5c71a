// RUN: %python %S/../Choose/Inputs/statistics.py %t.safetensors up:8 plain:8:no-gram
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 record stats=%t.safetensors" | FileCheck %s
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 record stats=%t.safetensors" | sparse-opt --sparsity-prune="pattern=1:4 record" | FileCheck %s --check-prefix=AGAIN
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 stats=%t.safetensors" | FileCheck %s --check-prefix=NONE

// What was done stays on the module when it is asked for; the error where there is a
// Gram matrix. A later record of a weight replaces the earlier one.
//      CHECK: module attributes {sparsity.pruning = [
// CHECK-SAME: {density = 5.000000e-01 : f64, error = [[ERROR:[0-9.e-]+]] : f64, method = "magnitude", pattern = "2:4", retained_norm = 0.70710678118654757 : f64, weight = "up"},
// CHECK-SAME: {density = 5.000000e-01 : f64, method = "magnitude", pattern = "2:4", retained_norm = 0.70710678118654757 : f64, weight = "plain"}]}
//      AGAIN: module attributes {sparsity.pruning = [
// AGAIN-SAME: {density = 2.500000e-01 : f64, method = "magnitude", pattern = "1:4", {{[^}]*}}weight = "up"}
// AGAIN-SAME: {density = 2.500000e-01 : f64, method = "magnitude", pattern = "1:4", {{[^}]*}}weight = "plain"}]}
//       NONE: module {
func.func @layers(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x8xf32>
  %p = sparsity.weight "plain" dense<1.0> : tensor<8x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<4x8xf32>, tensor<8x8xf32>) outs(%y : tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = sparsity.linear ins(%0, %p : tensor<4x8xf32>, tensor<8x8xf32>) outs(%y : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}
