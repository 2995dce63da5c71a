// RUN: sparse-opt %s -split-input-file -verify-diagnostics -sparsity-prepare-entries

// expected-error @+1 {{argument 0 has type 'f32'; an entry function takes and returns ranked tensors only}}
func.func @scalar(%x: f32) { return }

// -----

// expected-error @+1 {{argument 1 has type 'tensor<*xf32>'; an entry function takes and returns ranked tensors only}}
func.func @unranked(%x: tensor<4xf32>, %y: tensor<*xf32>) { return }

// -----

// expected-error @+1 {{argument 0 has elements of type 'complex<f32>', which the C interface cannot pass}}
func.func @complex(%x: tensor<4xcomplex<f32>>) { return }

// -----

// expected-error @+1 {{result 0 has elements of type 'i4', which the C interface cannot pass}}
func.func @i4(%x: tensor<4xi8>) -> tensor<4xi4> {
  %0 = arith.trunci %x : tensor<4xi8> to tensor<4xi4>
  return %0 : tensor<4xi4>
}

// -----

#csr = #sparse_tensor.encoding<{map = (i, j) -> (i : dense, j : compressed)}>
// expected-error @+1 {{argument 0 has an encoding; callers pass dense row-major arrays}}
func.func @encoded(%x: tensor<4x4xf32, #csr>) { return }

// -----

// expected-error @+1 {{cannot be compiled: state and globals are not supported}}
ml_program.global private mutable @state(dense<0.0> : tensor<4xf32>) : tensor<4xf32>
func.func @entry(%x: tensor<4xf32>) { return }

// -----

// expected-error @+1 {{the module has no public function with a body: nothing to compile}}
module {
  func.func private @helper(%x: tensor<4xf32>) { return }
}
