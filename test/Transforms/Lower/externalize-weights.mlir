// RUN: sparse-opt %s -allow-unregistered-dialect -sparsity-externalize-weights=threshold=16 | FileCheck %s

// Equal values share one place; offsets are multiples of 64; small constants
// and variables stay.
// CHECK:      module attributes {sparsity.weights = [
// CHECK-SAME:   {name = "big", offset = 0 : i64, value = dense<{{.+}}> : tensor<4xf32>}
// CHECK-SAME:   {name = "layer.weight", offset = 64 : i64, value = dense_resource<layer.weight> : tensor<2x2xf32>}]}
memref.global "private" constant @big : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
memref.global "private" constant @same : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
memref.global "private" constant @resource : memref<2x2xf32> = dense_resource<layer.weight>
// CHECK-NOT:  memref.global {{.*}}@big
// CHECK:      memref.global "private" constant @small
// CHECK-NEXT: memref.global "private" @variable
memref.global "private" constant @small : memref<2xf32> = dense<[1.0, 2.0]>
memref.global "private" @variable : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>

// CHECK-LABEL: func.func @entry(
// CHECK-SAME:    %[[BLOB:.+]]: memref<?xi8> {sparsity.role = "weights"})
// CHECK:         %[[O0:.+]] = arith.constant 0
// CHECK:         memref.view %[[BLOB]][%[[O0]]][] : memref<?xi8> to memref<4xf32>
// CHECK:         %[[O1:.+]] = arith.constant 0
// CHECK:         memref.view %[[BLOB]][%[[O1]]][] : memref<?xi8> to memref<4xf32>
// CHECK:         %[[O2:.+]] = arith.constant 64
// CHECK:         memref.view %[[BLOB]][%[[O2]]][] : memref<?xi8> to memref<2x2xf32>
// CHECK:         memref.get_global @small
func.func @entry() {
  %0 = memref.get_global @big : memref<4xf32>
  %1 = memref.get_global @same : memref<4xf32>
  %2 = memref.get_global @resource : memref<2x2xf32>
  %3 = memref.get_global @small : memref<2xf32>
  %4 = memref.get_global @variable : memref<4xf32>
  "test.use"(%0, %1, %2, %3, %4) : (memref<4xf32>, memref<4xf32>, memref<2x2xf32>, memref<2xf32>, memref<4xf32>) -> ()
  return
}

{-#
  dialect_resources: {
    builtin: {
      layer.weight: "0x100000000000803F000000400000404000008040"
    }
  }
#-}
