// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

// LINEARS: 1
func.func private @generic(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @operands_swapped(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%w, %x : tensor<${N}x${K}xf32>, tensor<${T}x${K}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %b, %a : f32
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @loops_in_another_order(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(k, m, n) -> (m, k)>, affine_map<(k, m, n) -> (k, n)>, affine_map<(k, m, n) -> (m, n)>], iterator_types = ["reduction", "parallel", "parallel"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @widened(%x: tensor<${T}x${K}xf16>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf16>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf16>, tensor<${K}x${N}xf16>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f16, %b: f16, %o: f32):
    %c = arith.extf %a : f16 to f32
    %d = arith.extf %b : f16 to f32
    %p = arith.mulf %c, %d : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @half_weight(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf16>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf16>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f16, %o: f32):
    %d = arith.extf %b : f16 to f32
    %p = arith.mulf %a, %d : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @integers(%x: tensor<${T}x${K}xi8>, %init: tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xi8>
  %zero = arith.constant 0 : i32
  %0 = linalg.fill ins(%zero : i32) outs(%init : tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xi8>, tensor<${K}x${N}xi8>) outs(%0 : tensor<${T}x${N}xi32>) {
  ^bb0(%a: i8, %b: i8, %o: i32):
    %c = arith.extsi %a : i8 to i32
    %d = arith.extsi %b : i8 to i32
    %p = arith.muli %c, %d : i32
    %s = arith.addi %o, %p : i32
    linalg.yield %s : i32
  } -> tensor<${T}x${N}xi32>
  return %1 : tensor<${T}x${N}xi32>
}

// LINEARS: 0
func.func private @unsigned_integers(%x: tensor<${T}x${K}xi8>, %init: tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xi8>
  %zero = arith.constant 0 : i32
  %0 = linalg.fill ins(%zero : i32) outs(%init : tensor<${T}x${N}xi32>) -> tensor<${T}x${N}xi32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xi8>, tensor<${K}x${N}xi8>) outs(%0 : tensor<${T}x${N}xi32>) {
  ^bb0(%a: i8, %b: i8, %o: i32):
    %c = arith.extui %a : i8 to i32
    %d = arith.extui %b : i8 to i32
    %p = arith.muli %c, %d : i32
    %s = arith.addi %o, %p : i32
    linalg.yield %s : i32
  } -> tensor<${T}x${N}xi32>
  return %1 : tensor<${T}x${N}xi32>
}

// No sum.
// LINEARS: 0
func.func private @largest_product(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.maximumf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 0
func.func private @squared_product(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %p = arith.mulf %q, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @several_outputs(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${H}x${D}xf32>) -> tensor<${T}x${H}x${D}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${H}x${D}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${H}x${D}xf32>) -> tensor<${T}x${H}x${D}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, k) -> (m, k)>, affine_map<(m, h, d, k) -> (k, h, d)>, affine_map<(m, h, d, k) -> (m, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${H}x${D}xf32>) outs(%0 : tensor<${T}x${H}x${D}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${H}x${D}xf32>
  return %1 : tensor<${T}x${H}x${D}xf32>
}

// LINEARS: 1
func.func private @several_outputs_stored_in_another_order(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${H}x${D}xf32>) -> tensor<${T}x${H}x${D}xf32> {
  %w = arith.constant dense<random> : tensor<${D}x${K}x${H}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${H}x${D}xf32>) -> tensor<${T}x${H}x${D}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, k) -> (m, k)>, affine_map<(m, h, d, k) -> (d, k, h)>, affine_map<(m, h, d, k) -> (m, h, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${D}x${K}x${H}xf32>) outs(%0 : tensor<${T}x${H}x${D}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${H}x${D}xf32>
  return %1 : tensor<${T}x${H}x${D}xf32>
}

// LINEARS: 1
func.func private @several_inputs(%x: tensor<${T}x${H}x${D}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${H}x${D}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, n) -> (m, h, d)>, affine_map<(m, h, d, n) -> (h, d, n)>, affine_map<(m, h, d, n) -> (m, n)>], iterator_types = ["parallel", "reduction", "reduction", "parallel"]}
    ins(%x, %w : tensor<${T}x${H}x${D}xf32>, tensor<${H}x${D}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @several_inputs_stored_in_another_order(%x: tensor<${T}x${H}x${D}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${D}x${H}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, h, d, n) -> (m, h, d)>, affine_map<(m, h, d, n) -> (n, d, h)>, affine_map<(m, h, d, n) -> (m, n)>], iterator_types = ["parallel", "reduction", "reduction", "parallel"]}
    ins(%x, %w : tensor<${T}x${H}x${D}xf32>, tensor<${N}x${D}x${H}xf32>) outs(%0 : tensor<${T}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @several_tokens(%x: tensor<${T}x${S}x${K}xf32>, %init: tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${S}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${S}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${S}x${N}xf32>
  return %1 : tensor<${T}x${S}x${N}xf32>
}

// LINEARS: 0
func.func private @tokens_in_another_order(%x: tensor<${S}x${T}x${K}xf32>, %init: tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (m, b, k)>, affine_map<(b, m, n, k) -> (k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${S}x${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${S}x${N}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${S}x${N}xf32>
  return %1 : tensor<${T}x${S}x${N}xf32>
}

// LINEARS: 0
func.func private @outputs_before_tokens(%x: tensor<${T}x${K}xf32>, %init: tensor<${N}x${T}xf32>) -> tensor<${N}x${T}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${N}x${T}xf32>) -> tensor<${N}x${T}xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (n, m)>], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${N}x${T}xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<${N}x${T}xf32>
  return %1 : tensor<${N}x${T}xf32>
}

// LINEARS: 1
func.func private @contract(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @contract_with_several_tokens(%x: tensor<${T}x${S}x${K}xf32>, %init: tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %1 = linalg.contract indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>] ins(%x, %w : tensor<${T}x${S}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%0 : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  return %1 : tensor<${T}x${S}x${N}xf32>
}
