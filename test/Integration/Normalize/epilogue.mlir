// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

// LINEARS: 1
func.func private @bias(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1, %bias : tensor<${T}x${N}xf32>, tensor<${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @bias_by_broadcast(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %wide = linalg.broadcast ins(%bias : tensor<${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) dimensions = [0]
  %z = linalg.add ins(%wide, %1 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @bias_with_unit_dim(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<1x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1, %bias : tensor<${T}x${N}xf32>, tensor<1x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @scale_per_token(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<${T}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1, %bias : tensor<${T}x${N}xf32>, tensor<${T}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.mulf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @in_place(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%bias : tensor<${N}xf32>) outs(%1 : tensor<${T}x${N}xf32>) {
  ^bb0(%b: f32, %o: f32):
    %s = arith.subf %o, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @residual(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %r: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.sub ins(%r, %1 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @residual_twice(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %r: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %y = linalg.add ins(%r, %1 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.mul ins(%y, %r : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @residual_transposed(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %r: tensor<${N}x${T}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%r, %1 : tensor<${N}x${T}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// The result is another tensor than the sum: it stays an op of its own.
// LINEARS: 1
func.func private @written_transposed(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %t: tensor<${N}x${T}xf32>) -> tensor<${N}x${T}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<${T}x${N}xf32>) outs(%t : tensor<${N}x${T}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = math.absf %a : f32
    linalg.yield %s : f32
  } -> tensor<${N}x${T}xf32>
  return %z : tensor<${N}x${T}xf32>
}

// LINEARS: 1
func.func private @loops_in_another_order(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1, d0)>], iterator_types = ["parallel", "parallel"]}
    ins(%1, %bias : tensor<${T}x${N}xf32>, tensor<${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @relu(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.max ins(%1, %z2 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// The sum fans out over several ops and comes together again.
// LINEARS: 1
func.func private @gelu(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %p = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %half : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%p : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = math.erf %a : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%q : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %one : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  %u = linalg.mul ins(%1, %r : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%u : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %half : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @silu(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %one = arith.constant 1.0 : f32
  %p = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.negf %a : f32
    %s = math.exp %n : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%p : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %one : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  %z = linalg.div ins(%1, %q : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @squared(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.mul ins(%1, %1 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @two_users(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %y = linalg.abs ins(%1 : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %c0 = arith.constant 0 : index
  %v = tensor.extract %1[%c0, %c0] : tensor<${T}x${N}xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%y : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %v : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @captured_scalar(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %given: tensor<1xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %c0 = arith.constant 0 : index
  %v = tensor.extract %given[%c0] : tensor<1xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %v : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @scalar_operand(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %given: tensor<1xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %c0 = arith.constant 0 : index
  %v = tensor.extract %given[%c0] : tensor<1xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1, %v : tensor<${T}x${N}xf32>, f32) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @narrowed(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %h: tensor<${T}x${N}xf16>, %bias: tensor<${N}xf16>) -> tensor<${T}x${N}xf16> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<${T}x${N}xf32>) outs(%h : tensor<${T}x${N}xf16>) {
  ^bb0(%a: f32, %o: f16):
    %s = arith.truncf %a : f32 to f16
    linalg.yield %s : f16
  } -> tensor<${T}x${N}xf16>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%y, %bias : tensor<${T}x${N}xf16>, tensor<${N}xf16>) outs(%h : tensor<${T}x${N}xf16>) {
  ^bb0(%a: f16, %b: f16, %o: f16):
    %s = arith.addf %a, %b : f16
    linalg.yield %s : f16
  } -> tensor<${T}x${N}xf16>
  return %z : tensor<${T}x${N}xf16>
}

// The result of one layer is an operand of the epilogue of the other.
// LINEARS: 2
func.func private @gate(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %v = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %2 = linalg.matmul ins(%x, %v : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1 : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = math.absf %a : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  %z = linalg.mul ins(%p, %2 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// LINEARS: 2
func.func private @in_one_op_with_later_sum(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %v = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %2 = linalg.matmul ins(%x, %v : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %z = linalg.sub ins(%1, %2 : tensor<${T}x${N}xf32>, tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}

// Tokens are regrouped between the ops of the epilogue.
// LINEARS: 1
func.func private @tokens_expanded_before_residual(%x: tensor<${T}x${S}x${K}xf32>, %bias: tensor<${N}xf32>, %r: tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %c1 = arith.constant 1 : index
  %d0c = arith.constant 0 : index
  %t = tensor.dim %x, %d0c : tensor<${T}x${S}x${K}xf32>
  %xc = tensor.cast %x : tensor<${T}x${S}x${K}xf32> to tensor<?x${S}x${K}xf32>
  %xf = tensor.collapse_shape %xc [[0, 1], [2]] : tensor<?x${S}x${K}xf32> into tensor<?x${K}xf32>
  %n = tensor.dim %xf, %d0c : tensor<?x${K}xf32>
  %ef = tensor.empty(%n) : tensor<?x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%ef : tensor<?x${N}xf32>) -> tensor<?x${N}xf32>
  %1 = linalg.matmul ins(%xf, %w : tensor<?x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<?x${N}xf32>) -> tensor<?x${N}xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%1, %bias : tensor<?x${N}xf32>, tensor<${N}xf32>) outs(%ef : tensor<?x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x${N}xf32>
  %ye = tensor.expand_shape %y [[0, 1], [2]] output_shape [%t, ${S}, ${N}] : tensor<?x${N}xf32> into tensor<?x${S}x${N}xf32>
  %rc = tensor.cast %r : tensor<${T}x${S}x${N}xf32> to tensor<?x${S}x${N}xf32>
  %z = linalg.add ins(%ye, %rc : tensor<?x${S}x${N}xf32>, tensor<?x${S}x${N}xf32>) outs(%rc : tensor<?x${S}x${N}xf32>) -> tensor<?x${S}x${N}xf32>
  %zc = tensor.cast %z : tensor<?x${S}x${N}xf32> to tensor<${T}x${S}x${N}xf32>
  return %zc : tensor<${T}x${S}x${N}xf32>
}

// LINEARS: 1
func.func private @tokens_collapsed_before_bias(%x: tensor<${T}x${S}x${K}xf32>, %init: tensor<${T}x${S}x${N}xf32>, %r: tensor<${T}x${S}x${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${T}x${S}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %1 = linalg.contract indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>] ins(%x, %w : tensor<${T}x${S}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %2 = linalg.sub ins(%1, %r : tensor<${T}x${S}x${N}xf32>, tensor<${T}x${S}x${N}xf32>) outs(%init : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %cast = tensor.cast %2 : tensor<${T}x${S}x${N}xf32> to tensor<?x${S}x${N}xf32>
  %c0 = arith.constant 0 : index
  %t = tensor.dim %x, %c0 : tensor<${T}x${S}x${K}xf32>
  %f = tensor.collapse_shape %cast [[0, 1], [2]] : tensor<?x${S}x${N}xf32> into tensor<?x${N}xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%f, %bias : tensor<?x${N}xf32>, tensor<${N}xf32>) outs(%f : tensor<?x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x${N}xf32>
  %4 = tensor.expand_shape %3 [[0, 1], [2]] output_shape [%t, ${S}, ${N}] : tensor<?x${N}xf32> into tensor<?x${S}x${N}xf32>
  %5 = tensor.cast %4 : tensor<?x${S}x${N}xf32> to tensor<${T}x${S}x${N}xf32>
  return %5 : tensor<${T}x${S}x${N}xf32>
}

// LINEARS: 1
func.func private @bias_of_one_vector(%x: tensor<${K}xf32>, %init: tensor<${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${N}xf32>) -> tensor<${N}xf32>
  %1 = linalg.vecmat ins(%x, %w : tensor<${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${N}xf32>) -> tensor<${N}xf32>
  %2 = linalg.add ins(%1, %bias : tensor<${N}xf32>, tensor<${N}xf32>) outs(%init : tensor<${N}xf32>) -> tensor<${N}xf32>
  return %2 : tensor<${N}xf32>
}

// LINEARS: 1
func.func private @bias_of_one_pixel(%x: tensor<${T}x${C}x1x1xf32>, %init: tensor<${T}x${F}x1x1xf32>, %bias: tensor<${F}xf32>, %r: tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32> {
  %w = arith.constant dense<random> : tensor<${F}x${C}x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  %1 = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<${T}x${C}x1x1xf32>, tensor<${F}x${C}x1x1xf32>) outs(%0 : tensor<${T}x${F}x1x1xf32>) -> tensor<${T}x${F}x1x1xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>, affine_map<(d0, d1, d2, d3) -> (d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%1, %bias, %r : tensor<${T}x${F}x1x1xf32>, tensor<${F}xf32>, tensor<${T}x${F}x1x1xf32>) outs(%init : tensor<${T}x${F}x1x1xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    %q = arith.mulf %s, %c : f32
    linalg.yield %q : f32
  } -> tensor<${T}x${F}x1x1xf32>
  return %2 : tensor<${T}x${F}x1x1xf32>
}

// LINEARS: 1
func.func private @cast(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>, %bias: tensor<${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %cast = tensor.cast %1 : tensor<${T}x${N}xf32> to tensor<?x?xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%cast, %bias : tensor<?x?xf32>, tensor<${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %z : tensor<${T}x${N}xf32>
}
