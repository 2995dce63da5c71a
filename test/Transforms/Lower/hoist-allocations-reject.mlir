// RUN: sparse-opt %s -split-input-file -verify-diagnostics -allow-unregistered-dialect -sparsity-hoist-allocations

func.func @data_dependent(%in: memref<4xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %n = memref.load %in[%i] : memref<4xindex>
    // expected-error @+1 {{has a size that is neither a function of the dimensions of the inputs nor bounded by a constant}}
    %a = memref.alloc(%n) : memref<?xf32>
    "test.use"(%a) : (memref<?xf32>) -> ()
  }
  return
}

// -----

func.func @iterations(%in: memref<4xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.load %in[%c0] : memref<4xindex>
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    // expected-error @+1 {{is in a parallel loop whose number of iterations is not a function of the dimensions of the inputs}}
    %a = memref.alloc() : memref<100000xf32>
    "test.use"(%a) : (memref<100000xf32>) -> ()
  }
  return
}

// -----

func.func @layout() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c1 step %c1 {
    // expected-error @+1 {{has a layout other than row-major}}
    %a = memref.alloc() : memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>>
    "test.use"(%a) : (memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>>) -> ()
  }
  return
}
