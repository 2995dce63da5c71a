// RUN: sparse-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{a packed weight needs the name of its layout}}
func.func private @f(!packed.weight<4x16xf32, "">)

// -----

// expected-error@+1 {{a packed weight holds integers or floats, not 'index'}}
func.func private @f(!packed.weight<4x16xindex, "any">)

// -----

// expected-error@+1 {{holds its bytes as a one-dimensional i8 tensor, not 'tensor<4xf32>'}}
%0 = packed.constant dense<0.0> : tensor<4xf32> -> !packed.weight<1x4xf32, "any">

// -----

func.func @f(%w: tensor<4x16xf32>) {
  // expected-error@+1 {{logical weight 'tensor<4x16xf32>' differs from packed weight '!packed.weight<4x8xf32, "any">'}}
  %0 = packed.pack %w : tensor<4x16xf32> -> !packed.weight<4x8xf32, "any">
  return
}

// -----

func.func @f(%w: !packed.weight<4x8xf32, "any">) {
  // expected-error@+1 {{logical weight 'tensor<4x8xf16>' differs from packed weight}}
  %0 = packed.unpack %w : !packed.weight<4x8xf32, "any"> -> tensor<4x8xf16>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: !packed.weight<4x8xf32, "any">, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{a packed linear needs its kernel}}
  %0 = packed.linear ins(%x, %w : tensor<2x8xf32>, !packed.weight<4x8xf32, "any">) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}
