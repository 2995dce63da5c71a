// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-vectorize{lanes=6}))' -verify-diagnostics

// expected-error @below {{sparsity-vectorize: lanes=6 is not a power of two above one}}
func.func @nothing() {
  return
}
