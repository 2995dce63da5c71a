// RUN: sparse-opt %s -split-input-file -verify-diagnostics

func.func @name(%x: tensor<?x8xf32>) {
  // expected-error @below {{needs the name of a weight}}
  sparsity.observe "" %x : tensor<?x8xf32>
  return
}

// -----

func.func @dynamic(%x: tensor<4x?xf32>) {
  // expected-error @below {{observes [tokens.., in] with a static last dim, got 'tensor<4x?xf32>'}}
  sparsity.observe "up" %x : tensor<4x?xf32>
  return
}

// -----

func.func @integers(%x: tensor<4x8xi8>) {
  // expected-error @below {{observes floating-point values, got 'tensor<4x8xi8>'}}
  sparsity.observe "up" %x : tensor<4x8xi8>
  return
}
