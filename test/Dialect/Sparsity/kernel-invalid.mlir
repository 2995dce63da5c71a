// RUN: sparse-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{needs one kernel per token range}}
module attributes {k = #sparsity.by_tokens<[]>} {}

// -----

// expected-error@+1 {{the last token range must be '?'}}
module attributes {k = #sparsity.by_tokens<[16 : #sparsity.kernel<"a">]>} {}

// -----

// expected-error@+1 {{token ranges must grow, got 8 after 16}}
module attributes {k = #sparsity.by_tokens<[16 : #sparsity.kernel<"a">, 8 : #sparsity.kernel<"b">, ? : #sparsity.kernel<"c">]>} {}
