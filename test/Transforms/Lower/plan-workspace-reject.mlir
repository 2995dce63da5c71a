// RUN: sparse-opt %s -split-input-file -verify-diagnostics -allow-unregistered-dialect -sparsity-plan-workspace

func.func @nested() attributes {sparsity.sizes = @nested.sizes} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    // expected-error @+1 {{inside of another operation: run sparsity-hoist-allocations before}}
    %a = memref.alloc() : memref<1024xf32>
    "test.use"(%a) : (memref<1024xf32>) -> ()
  }
  return
}
func.func private @nested.sizes() { return }

// -----

func.func @data_dependent(%in: memref<1xindex> {sparsity.role = "input"}) attributes {sparsity.sizes = @data_dependent.sizes} {
  %c0 = arith.constant 0 : index
  %n = memref.load %in[%c0] : memref<1xindex>
  // expected-error @+1 {{has a size that is not a function of the dimensions of the inputs}}
  %a = memref.alloc(%n) : memref<?xf32>
  "test.use"(%a) : (memref<?xf32>) -> ()
  return
}
func.func private @data_dependent.sizes() { return }

// -----

func.func private @helper() {
  // expected-error @+1 {{in a helper function; only entry functions have a workspace}}
  %a = memref.alloc() : memref<4xf32>
  "test.use"(%a) : (memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{has no sizes function: run sparsity-results-to-out-params before}}
func.func @no_sizes() { return }

// -----

func.func @layout() attributes {sparsity.sizes = @layout.sizes} {
  // expected-error @+1 {{has a layout other than row-major}}
  %a = memref.alloc() : memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>>
  "test.use"(%a) : (memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>>) -> ()
  return
}
func.func private @layout.sizes() { return }
