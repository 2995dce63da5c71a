// RUN: sparse-opt %s -split-input-file -verify-diagnostics -sparsity-results-to-out-params

// expected-error @+1 {{has a result whose size depends on data}}
func.func @data_dependent(%in: memref<1xindex>) -> memref<?xf32> {
  %c0 = arith.constant 0 : index
  %n = memref.load %in[%c0] : memref<1xindex>
  %0 = memref.alloc(%n) : memref<?xf32>
  return %0 : memref<?xf32>
}

// -----

// expected-error @+1 {{only contiguous buffers can be returned}}
func.func @strided(%in: memref<4xf32, strided<[2]>>) -> memref<4xf32, strided<[2]>> {
  return %in : memref<4xf32, strided<[2]>>
}

// -----

// expected-error @+1 {{has branches between blocks}}
func.func @branches(%in: memref<4xf32>) -> memref<4xf32> {
  cf.br ^bb1
^bb1:
  return %in : memref<4xf32>
}
