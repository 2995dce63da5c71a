// RUN: sparse-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: tensor<2x8xf32>, %w: tensor<1x4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{weight must have shape [out, in], but has rank 3}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<1x4x8xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<1x2x4xf32>) {
  // expected-error@+1 {{input of rank 2 does not fit a destination of rank 3}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x6xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{contracts 6 input features with a weight of 8}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x6xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x5xf32>) {
  // expected-error@+1 {{destination has 5 output features, the weight 4}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x5xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<3x4xf32>) {
  // expected-error@+1 {{token dim 0 is 2 in the input and 3 in the destination}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @f(%x: tensor<*xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{needs a ranked input and destination}}
  %0 = sparsity.linear ins(%x, %w : tensor<*xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<*xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{needs a ranked weight}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<*xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{map of extra #0 must have 2 dims, one per dim of the destination}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(o) -> (o)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32, %e: f32):
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{map of extra #0 is not a projected permutation}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (t + o)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32, %e: f32):
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{map of extra #0 has 2 results for an operand of rank 1}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (t, o)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32, %e: f32):
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{dim 0 of extra #0 is 4, but its map reads 2}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (t)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32, %e: f32):
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{has extras but no epilogue that uses them}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{epilogue takes 1 arguments, expected the accumulator and 1 extras}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32):
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{epilogue argument of extra #0 must have type}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<4xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32, %e: f16):
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{accumulator must be an integer or a float}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: index):
    %c = arith.constant 0.0 : f32
    sparsity.yield %c : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{epilogue yields 'f16', but the destination holds 'f32'}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32):
    %c = arith.truncf %a : f32 to f16
    sparsity.yield %c : f16
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) {
  ^bb0(%a: f32):
    // expected-error@+1 {{is not a pure scalar op; epilogues hold nothing else}}
    vector.print %a : f32
    sparsity.yield %a : f32
  } -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{on tensors has one result}}
  sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>)
  return
}

// -----

func.func @f(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{result must have the destination's type}}
  %0 = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}
