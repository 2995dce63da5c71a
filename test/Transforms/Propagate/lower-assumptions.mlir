// RUN: sparse-opt %s --sparsity-lower-assumptions | FileCheck %s
// RUN: sparse-opt %s --sparsity-lower-assumptions=check | FileCheck %s --check-prefix=TEST
// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s --check-prefix=FACTS

// CHECK-LABEL: @claim
// CHECK-NEXT: return %arg0 : tensor<4x?xf32>
// FACTS: %0 : tensor<4x?xf32>: 2:4 along dim 1{{$}}
// TEST-LABEL: @claim
// TEST: %[[SIZE:.*]] = tensor.dim %arg0, %c1
// TEST: scf.for {{.*}} step %c1
// TEST: scf.for %[[GROUP:.*]] = %{{.*}} to %[[SIZE]] step %c4
// TEST: %[[COUNT:.*]] = scf.for
// TEST: %[[ELEMENT:.*]] = tensor.extract %arg0
// TEST: arith.cmpf une, %[[ELEMENT]]
// TEST: %[[HOLDS:.*]] = arith.cmpi sle, %[[COUNT]], %c2
// TEST: cf.assert %[[HOLDS]], "a value that was assumed to be 2:4 along dim 1 is not"
// TEST: return %arg0 : tensor<4x?xf32>
func.func @claim(%v: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<4x?xf32>
  return %c : tensor<4x?xf32>
}
