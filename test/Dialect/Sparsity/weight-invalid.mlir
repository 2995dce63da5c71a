// RUN: sparse-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{'sparsity.weight' op needs a name}}
%0 = sparsity.weight "" dense<1.0> : tensor<2x4xf32>

// -----

// expected-error@+1 {{pattern #sparsity.nm<2:4> must state its dim}}
%0 = sparsity.weight "w" pattern [#sparsity.nm<2:4>] dense<0.0> : tensor<2x4xf32>

// -----

// expected-error@+1 {{pattern along dim 2 does not fit a tensor of rank 2}}
%0 = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 2>] dense<0.0> : tensor<2x4xf32>

// -----

// expected-error@+1 {{pattern along dim 5 does not fit a tensor of rank 2}}
%0 = sparsity.weight "w" pattern [#sparsity.slice<dim = 5>] dense<0.0> : tensor<2x4xf32>

// -----

// expected-error@+1 {{block of rank 3 does not fit a tensor of rank 2}}
%0 = sparsity.weight "w" pattern [#sparsity.block<1x2x2>] dense<0.0> : tensor<2x4xf32>

// -----

// expected-error@+1 {{failed to satisfy constraint: zero patterns}}
%0 = sparsity.weight "w" pattern ["2:4"] dense<0.0> : tensor<2x4xf32>

// -----

// expected-error@+1 {{must be tensor of 32-bit float or 16-bit float or bfloat16 type or 64-bit float or 8-bit signless integer values}}
%0 = sparsity.weight "w" dense<0> : tensor<2x4xi32>

// -----

// expected-error@+1 {{has a value of type 'tensor<2x4xf32>' but yields 'tensor<4x2xf32>'}}
%0 = "sparsity.weight"() <{name = "w", value = dense<0.0> : tensor<2x4xf32>}> : () -> tensor<4x2xf32>

// -----

// expected-error@+1 {{a weight has a static shape}}
%0 = sparsity.weight "w" dense_resource<w> : tensor<?x4xf32>
