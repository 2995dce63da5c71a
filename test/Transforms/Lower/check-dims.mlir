// RUN: sparse-opt %s -split-input-file -sparsity-check-dims | FileCheck %s

// Sizes that operations need to be equal; each pair is checked once.
// CHECK-LABEL: func.func @inputs(
// CHECK-SAME:    %[[A:.+]]: tensor<?x4xf32>{{.*}}, %[[B:.+]]: tensor<?x?xf32>
// CHECK-DAG:     %[[A0:.+]] = tensor.dim %[[A]], %{{.+}}
// CHECK-DAG:     %[[B0:.+]] = tensor.dim %[[B]], %{{.+}}
// CHECK:         %[[EQ:.+]] = arith.cmpi eq, %[[A0]], %[[B0]]
// CHECK:         cf.assert %[[EQ]], "dimension 0 of a and dimension 0 of in1 differ"
// CHECK:         cf.assert %{{.+}}, "dimension 1 of in1 is not 4"
// CHECK-NOT:     cf.assert
// CHECK:         linalg.add
#id = affine_map<(i, j) -> (i, j)>
func.func @inputs(%a: tensor<?x4xf32> {sparsity.name = "a"}, %b: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %a, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%d) : tensor<?x4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x4xf32>, tensor<?x?xf32>) outs(%e : tensor<?x4xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %1 = arith.addf %x, %y : f32
    linalg.yield %1 : f32
  } -> tensor<?x4xf32>
  %2 = linalg.add ins(%0, %0 : tensor<?x4xf32>, tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: func.func @elementwise(
// CHECK:         cf.assert %{{.+}}, "dimension 0 of in0 and dimension 0 of in1 differ"
func.func @elementwise(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %0 = arith.addf %a, %b : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Nothing to check: static shapes, equal dims, sizes that depend on data.
// CHECK-LABEL: func.func @static(
// CHECK-NOT:     cf.assert
func.func @static(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.addf %a, %b : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @data(
// CHECK-NOT:     cf.assert
// CHECK-NOT:     tensor.dim
func.func @data(%a: tensor<?xf32>, %n: tensor<index>) -> tensor<?xf32> {
  %size = tensor.extract %n[] : tensor<index>
  %e = tensor.empty(%size) : tensor<?xf32>
  %0 = linalg.exp ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
