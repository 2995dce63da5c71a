// RUN: sparse-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{N:M needs groups of at least 2 elements, got 1}}
module attributes {p = #sparsity.nm<1:1>} {}

// -----

// expected-error@+1 {{N:M needs 1 <= N <= M, got 5:4}}
module attributes {p = #sparsity.nm<5:4>} {}

// -----

// expected-error@+1 {{N:M needs 1 <= N <= M, got 0:4}}
module attributes {p = #sparsity.nm<0:4>} {}

// -----

// expected-error@+1 {{dim must not be negative, got -1}}
module attributes {p = #sparsity.nm<2:4, dim = -1>} {}

// -----

// expected-error@+1 {{block sizes must be positive, got 0}}
module attributes {p = #sparsity.block<0x4>} {}

// -----

// expected-error@+1 {{dim must not be negative, got -2}}
module attributes {p = #sparsity.slice<dim = -2>} {}

// -----

// expected-error@+1 {{threshold must not be negative}}
module attributes {p = #sparsity.threshold<absolute = -1.0>} {}

// -----

// expected-error@+1 {{a quantile lies in [0, 1)}}
module attributes {p = #sparsity.threshold<quantile = 1.0>} {}
