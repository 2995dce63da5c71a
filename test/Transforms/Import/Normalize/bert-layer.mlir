// RUN: sparse-opt %S/../../../Inputs/bert-layer.mlir --sparsity-normalize | FileCheck %s

// One encoder layer, as the importer writes it: six linears with whole
// epilogues, and no contraction with a weight besides.

// CHECK-DAG: #[[$OUT:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @main_graph
// CHECK-DAG: %[[Q:.*]] = sparsity.weight "encoder.layer.0.attention.self.query.weight"
// CHECK-DAG: %[[K:.*]] = sparsity.weight "encoder.layer.0.attention.self.key.weight"
// CHECK-DAG: %[[V:.*]] = sparsity.weight "encoder.layer.0.attention.self.value.weight"
// CHECK-DAG: %[[O:.*]] = sparsity.weight "encoder.layer.0.attention.output.dense.weight"
// CHECK-DAG: %[[UP:.*]] = sparsity.weight "encoder.layer.0.intermediate.dense.weight"
// CHECK-DAG: %[[DOWN:.*]] = sparsity.weight "encoder.layer.0.output.dense.weight"

// Bias.
// CHECK-NOT: linalg.matmul
// CHECK: sparsity.linear ins(%[[X:.*]], %[[Q]] : {{.*}}) extra(%{{.*}} : #[[$OUT]], tensor<8xf32>) outs(
// CHECK: arith.addf
// CHECK-NEXT: sparsity.yield
// CHECK: sparsity.linear ins(%[[X]], %[[K]] : {{.*}}) extra(%{{.*}} : #[[$OUT]], tensor<8xf32>) outs(
// CHECK: sparsity.linear ins(%[[X]], %[[V]] : {{.*}}) extra(%{{.*}} : #[[$OUT]], tensor<8xf32>) outs(

// Bias and residual.
// CHECK: sparsity.linear ins(%{{.*}}, %[[O]] : {{.*}}) extra(%{{.*}} : #[[$OUT]], tensor<8xf32>, %[[X]] : #[[$ID]], tensor<6x8xf32>) outs(
// CHECK: arith.addf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: sparsity.yield

// Bias and GELU.
// CHECK: sparsity.linear ins(%[[H:.*]], %[[UP]] : {{.*}}) extra(%{{.*}} : #[[$OUT]], tensor<16xf32>) outs(
// CHECK: arith.addf
// CHECK: math.erf
// CHECK: sparsity.yield

// Bias and residual.
// CHECK: sparsity.linear ins(%{{.*}}, %[[DOWN]] : {{.*}}) extra(%{{.*}} : #[[$OUT]], tensor<8xf32>, %[[H]] : #[[$ID]], tensor<6x8xf32>) outs(
// CHECK-NOT: linalg.matmul
// CHECK: return
