// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// LINEARS: 1
func.func private @transposed_by_op(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %e = tensor.empty() : tensor<${K}x${N}xf32>
  %t = linalg.transpose ins(%w : tensor<${N}x${K}xf32>) outs(%e : tensor<${K}x${N}xf32>) permutation = [1, 0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @transposed_twice(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %e = tensor.empty() : tensor<${N}x${K}xf32>
  %t = linalg.transpose ins(%w : tensor<${K}x${N}xf32>) outs(%e : tensor<${N}x${K}xf32>) permutation = [1, 0]
  %f = tensor.empty() : tensor<${K}x${N}xf32>
  %u = linalg.transpose ins(%t : tensor<${N}x${K}xf32>) outs(%f : tensor<${K}x${N}xf32>) permutation = [1, 0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %u : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @transposed_by_generic(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %e = tensor.empty() : tensor<${K}x${N}xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%w : tensor<${N}x${K}xf32>) outs(%e : tensor<${K}x${N}xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @transposed_by_generic_that_writes_transposed(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %e = tensor.empty() : tensor<${K}x${N}xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1, d0)>], iterator_types = ["parallel", "parallel"]}
    ins(%w : tensor<${N}x${K}xf32>) outs(%e : tensor<${K}x${N}xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @leading_unit_dim(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<1x${K}x${N}xf32>
  %t = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x${K}x${N}xf32> into tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @unit_dims_between(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x1x1x${N}xf32>
  %t = tensor.collapse_shape %w [[0, 1], [2, 3]] : tensor<${K}x1x1x${N}xf32> into tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @cast_to_dynamic(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %t = tensor.cast %w : tensor<${K}x${N}xf32> to tensor<?x?xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<?x?xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// A weight that is computed is none.
// LINEARS: 0
func.func private @behind_an_elementwise_op(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %e = tensor.empty() : tensor<${K}x${N}xf32>
  %t = linalg.abs ins(%w : tensor<${K}x${N}xf32>) outs(%e : tensor<${K}x${N}xf32>) -> tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// Two layers with one weight.
// LINEARS: 2
func.func private @shared(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %2 = linalg.abs ins(%1 : tensor<${T}x${N}xf32>) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %3 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%2 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %3 : tensor<${T}x${N}xf32>
}

// A weight and its transpose: the layer that reads it as it is stored wins.
// LINEARS: 1
func.func private @tied(%x: tensor<${T}x${K}xf32>, %h: tensor<${T}x${N}xf32>, %init: tensor<${T}x${K}xf32>) -> tensor<${T}x${K}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%h : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${K}xf32>) -> tensor<${T}x${K}xf32>
  %3 = linalg.matmul ins(%1, %w : tensor<${T}x${N}xf32>, tensor<${N}x${K}xf32>) outs(%2 : tensor<${T}x${K}xf32>) -> tensor<${T}x${K}xf32>
  return %3 : tensor<${T}x${K}xf32>
}

// Another op reads the weight in the order in which it is stored.
// LINEARS: 0
func.func private @looked_up(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = tensor.extract %w[%c0, %c1] : tensor<${K}x${N}xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%1 : tensor<${T}x${N}xf32>) {
  ^bb0(%o: f32):
    %s = arith.addf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %2 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @looked_up_in_order(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %w : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = tensor.extract %w[%c0, %c1] : tensor<${N}x${K}xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%1 : tensor<${T}x${N}xf32>) {
  ^bb0(%o: f32):
    %s = arith.addf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %2 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @looked_up_with_unit_dim(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<1x${N}x${K}xf32>
  %u = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x${N}x${K}xf32> into tensor<${N}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %u : tensor<${T}x${K}xf32>, tensor<${N}x${K}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = tensor.extract %w[%c0, %c1, %c1] : tensor<1x${N}x${K}xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%1 : tensor<${T}x${N}xf32>) {
  ^bb0(%o: f32):
    %s = arith.addf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<${T}x${N}xf32>
  return %2 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @merged_outputs(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${HD}xf32>) -> tensor<${T}x${HD}xf32> {
  %w = arith.constant dense<random> : tensor<${H}x${D}x${K}xf32>
  %t = tensor.collapse_shape %w [[0, 1], [2]] : tensor<${H}x${D}x${K}xf32> into tensor<${HD}x${K}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${HD}xf32>) -> tensor<${T}x${HD}xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${HD}x${K}xf32>) outs(%0 : tensor<${T}x${HD}xf32>) -> tensor<${T}x${HD}xf32>
  return %1 : tensor<${T}x${HD}xf32>
}

// LINEARS: 1
func.func private @merged_outputs_in_by_out(%x: tensor<${T}x${K}xf32>, %init: tensor<${T}x${HD}xf32>) -> tensor<${T}x${HD}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${H}x${D}xf32>
  %t = tensor.collapse_shape %w [[0], [1, 2]] : tensor<${K}x${H}x${D}xf32> into tensor<${K}x${HD}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${HD}xf32>) -> tensor<${T}x${HD}xf32>
  %1 = linalg.matmul ins(%x, %t : tensor<${T}x${K}xf32>, tensor<${K}x${HD}xf32>) outs(%0 : tensor<${T}x${HD}xf32>) -> tensor<${T}x${HD}xf32>
  return %1 : tensor<${T}x${HD}xf32>
}

// LINEARS: 1
func.func private @split_inputs(%x: tensor<${T}x${H}x${D}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${HD}xf32>
  %t = tensor.expand_shape %w [[0], [1, 2]] output_shape [${N}, ${H}, ${D}] : tensor<${N}x${HD}xf32> into tensor<${N}x${H}x${D}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.contract indexing_maps = [affine_map<(m, n, h, d) -> (m, h, d)>, affine_map<(m, n, h, d) -> (n, h, d)>, affine_map<(m, n, h, d) -> (m, n)>] ins(%x, %t : tensor<${T}x${H}x${D}xf32>, tensor<${N}x${H}x${D}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}
