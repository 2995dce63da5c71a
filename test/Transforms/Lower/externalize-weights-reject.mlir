// RUN: sparse-opt %s -split-input-file -verify-diagnostics -allow-unregistered-dialect -sparsity-externalize-weights=threshold=16

memref.global "private" constant @weight : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
func.func private @helper() {
  // expected-error @+1 {{uses a weight in a helper function; weights reach helper functions as arguments}}
  %0 = memref.get_global @weight : memref<4xf32>
  "test.use"(%0) : (memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{weights were moved out of this module before; run the pass once per module}}
module attributes {sparsity.weights = []} {
}
