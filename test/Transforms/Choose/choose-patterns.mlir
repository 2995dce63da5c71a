// RUN: %python %S/Inputs/statistics.py %t.safetensors even:128 equal:128:equal other:128
// RUN: sparse-opt %s --sparsity-choose-patterns="stats=%t.safetensors budget=speed-up:1.1 candidates=2:4 ignore=other target-cpu=znver4 print-table" --remarks-filter=sparsity -o %t.mlir 2> %t.err
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=REMARK < %t.err
// RUN: FileCheck %s --check-prefix=TABLE < %t.err
// RUN: sparse-opt %s --mlir-disable-threading --sparsity-choose-patterns="stats=%t.safetensors budget=speed-up:1.1 candidates=2:4 ignore=other target-cpu=znver4" | diff - %t.mlir

// The measurement may be kept and used again.
// RUN: sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors candidates=2:4 ignore=other target-cpu=znver4 file=%t.json" -o /dev/null
// RUN: sparse-opt %s --sparsity-choose-patterns="sensitivity=%t.json budget=speed-up:1.1 ignore=other target-cpu=znver4" | diff - %t.mlir

// The choice is predicted as selection predicts it later.
// RUN: sparse-opt %t.mlir --sparsity-prune --sparsity-select-kernels=target-cpu=znver4 | FileCheck %s --check-prefix=SELECT

// Of two layers the one whose inputs say that it loses less is pruned, and the one
// that is ignored counts with the time that it has.
// CHECK: module attributes {sparsity.budget = {budget = "speed-up:1.1", chosen = {bytes = {{[0-9]+}} : i64, error = {{[0-9.e-]+}} : f64, layers = {"2:4" = 1 : i64, dense = 1 : i64}, predicted_ns = {{[0-9]+}} : i64}
// CHECK: front = [{
// CHECK: gap = 0.000000e+00 : f64
// CHECK: layers = [{bytes = 65536 : i64, candidate = "dense", dense_bytes = 65536 : i64, {{.*}} weight = "even"}, {bytes = {{[0-9]+}} : i64, candidate = "2:4", {{.*}} weight = "equal"}]
// CHECK: %[[EVEN:.*]] = sparsity.weight "even"
// CHECK: %[[EQUAL:.*]] = sparsity.weight "equal"
// CHECK: %[[PRUNED:.*]] = sparsity.prune %[[EQUAL]] {method = #sparsity.magnitude, pattern = #sparsity.nm<2:4, dim = 1>}
// CHECK: sparsity.linear ins(%{{.*}}, %[[EVEN]]
// CHECK: sparsity.linear ins(%{{.*}}, %[[PRUNED]]

// REMARK-DAG: [Missed] sparsity-choose-patterns {{.*}}weight 'even' stays as it is: the budget is kept with less loss elsewhere
// REMARK-DAG: [Passed] sparsity-choose-patterns {{.*}}weight 'equal' gets 2:4: output error {{.*}}, predicted {{.*}} times as fast

//      TABLE: ms  speed-up         bytes  mean error  layers
// TABLE-NEXT: 2:4 x 2
//      TABLE: 1.000        196608   0.000e+00  dense x 2
// TABLE-NEXT: -> {{.*}} dense x 1, 2:4 x 1
//      TABLE: weight  candidate           error       speed-up
// TABLE-NEXT: even    dense               0.000e+00   1.00
// TABLE-NEXT: equal   2:4

// SELECT: candidate = "2:4", {{.*}} predicted_ns = [[TIME:[0-9]+]] : i64, {{.*}} weight = "equal"}
// SELECT: weight = "equal", pattern = "2:4"{{.*}} predicted_ns = [[TIME]],
func.func @layers(%x: tensor<64x128xf32>, %y: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %w = sparsity.weight "even" dense<1.0> : tensor<128x128xf32>
  %e = sparsity.weight "equal" dense<1.0> : tensor<128x128xf32>
  %o = sparsity.weight "other" dense<1.0> : tensor<128x128xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<64x128xf32>, tensor<128x128xf32>) outs(%y : tensor<64x128xf32>) -> tensor<64x128xf32>
  %1 = sparsity.linear ins(%0, %e : tensor<64x128xf32>, tensor<128x128xf32>) outs(%y : tensor<64x128xf32>) -> tensor<64x128xf32>
  %2 = sparsity.linear ins(%1, %o : tensor<64x128xf32>, tensor<128x128xf32>) outs(%y : tensor<64x128xf32>) -> tensor<64x128xf32>
  return %2 : tensor<64x128xf32>
}
