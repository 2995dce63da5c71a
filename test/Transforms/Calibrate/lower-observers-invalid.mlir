// RUN: sparse-opt %s --sparsity-lower-observers -verify-diagnostics

func.func @early(%x: tensor<4x8xf32>) {
  // expected-error @below {{observes a tensor; bufferization comes first}}
  sparsity.observe "up" %x : tensor<4x8xf32>
  return
}
