// RUN: sparse-opt %s --sparsity-write-report=file=%t.json -o /dev/null
// RUN: FileCheck %s < %t.json
// RUN: sparse-opt %s --sparsity-write-report=file=%t.html -o /dev/null
// RUN: %python %S/Inputs/check_html.py %t.html %t.json
// RUN: FileCheck %s --check-prefix=PAGE < %t.html

// The record of a weight gets the times of its layer, and the error from the budget if
// it has none of its own.
//       CHECK: "budget": {
//       CHECK: "budget": "speed-up:1.5"
//       CHECK: "layers": {
//  CHECK-NEXT: "2:4": 1
//       CHECK: "layers": [
//       CHECK: "weight": "<&up"
//       CHECK: "pruning": [
//       CHECK: "dense_ns": 200,
//  CHECK-NEXT: "density": 0.5,
//  CHECK-NEXT: "error": 0.125,
//  CHECK-NEXT: "kernel": "cpu.mask_tile",
//  CHECK-NEXT: "method": "magnitude",
//  CHECK-NEXT: "pattern": "2:4",
//  CHECK-NEXT: "predicted_ns": 100,
//  CHECK-NEXT: "retained_norm": 0.9
//  CHECK-NEXT: "weight": "<&up"
//       CHECK: "error": 0.25
//   CHECK-NOT: predicted_ns
//       CHECK: "weight": "conv"

// PAGE: <p>3 layers, predicted 0.000 ms, 1.50 times as fast as the 0.000 ms of dense kernels.</p>
// PAGE: data-key="weight">&lt;&amp;up</td>
// PAGE: <tr class="chosen">
// PAGE-NOT: </script>{{.*}}"layers"
module attributes {
  sparsity.pruning = [{weight = "<&up", pattern = "2:4", method = "magnitude", density = 0.5 : f64, retained_norm = 0.9 : f64},
                      {weight = "conv", pattern = "block<1x1>", method = "wanda", density = 0.25 : f64, retained_norm = 0.5 : f64, error = 0.25 : f64}],
  sparsity.budget = {budget = "speed-up:1.5", method = "magnitude", gap = 0.0 : f64, dense_ns = 300 : i64, dense_bytes = 80 : i64,
    chosen = {predicted_ns = 200 : i64, bytes = 50 : i64, error = 0.0625 : f64, layers = {"2:4" = 1 : i64, dense = 1 : i64}},
    front = [{predicted_ns = 150 : i64, bytes = 30 : i64, error = 0.5 : f64, layers = {"2:4" = 2 : i64}},
             {predicted_ns = 300 : i64, bytes = 80 : i64, error = 0.0 : f64, layers = {dense = 2 : i64}}],
    layers = [{weight = "<&up", candidate = "2:4", error = 0.125 : f64}, {weight = "down", candidate = "dense", error = 0.0 : f64}]}
} {
  func.func @layers(%x: tensor<32x4xf32>, %y: tensor<32x4xf32>) -> tensor<32x4xf32> {
    %w = sparsity.weight "<&up" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<4x4xf32>
    %d = sparsity.weight "down" dense<1.0> : tensor<4x4xf32>
    %0 = sparsity.linear ins(%x, %w : tensor<32x4xf32>, tensor<4x4xf32>) outs(%y : tensor<32x4xf32>) kernel = #sparsity.kernel<"cpu.mask_tile"> decisions = [#sparsity.decision<weight = "<&up", pattern = "2:4", density = 0.5 : f64, tokens = 32, kernel = "cpu.mask_tile", predicted_ns = 100, dense_ns = 200, reason = "a">] -> tensor<32x4xf32>
    %1 = sparsity.linear ins(%0, %d : tensor<32x4xf32>, tensor<4x4xf32>) outs(%y : tensor<32x4xf32>) kernel = #sparsity.kernel<"cpu.dense"> decisions = [#sparsity.decision<weight = "down", pattern = "none", density = 1.0 : f64, tokens = 32, kernel = "cpu.dense", predicted_ns = 100, dense_ns = 100, reason = "b">] -> tensor<32x4xf32>
    return %1 : tensor<32x4xf32>
  }
}
