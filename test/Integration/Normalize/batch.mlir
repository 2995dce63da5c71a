// RUN: %python %S/../Inputs/round_trip.py %s 1 --sparsity-normalize --sparsity-to-linalg | FileCheck %s
// RUN: %python %S/../Inputs/round_trip.py %s 2 --sparsity-normalize --sparsity-to-linalg | FileCheck %s

// CHECK: functions agree

// LINEARS: 1
func.func private @broadcast_by_op(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %e = tensor.empty() : tensor<${B}x${K}x${N}xf32>
  %t = linalg.broadcast ins(%w : tensor<${K}x${N}xf32>) outs(%e : tensor<${B}x${K}x${N}xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %t : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  return %1 : tensor<${B}x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @broadcast_by_op_out_by_in(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %e = tensor.empty() : tensor<${B}x${N}x${K}xf32>
  %t = linalg.broadcast ins(%w : tensor<${N}x${K}xf32>) outs(%e : tensor<${B}x${N}x${K}xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  %1 = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>] ins(%x, %t : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${N}x${K}xf32>) outs(%0 : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  return %1 : tensor<${B}x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @broadcast_by_generic(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %e = tensor.empty() : tensor<${B}x${K}x${N}xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%w : tensor<${K}x${N}xf32>) outs(%e : tensor<${B}x${K}x${N}xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<${B}x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %t : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  return %1 : tensor<${B}x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @broadcast_and_transposed(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %e = tensor.empty() : tensor<${B}x${K}x${N}xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%w : tensor<${N}x${K}xf32>) outs(%e : tensor<${B}x${K}x${N}xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<${B}x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %t : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  return %1 : tensor<${B}x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @broadcast_of_a_unit_batch(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<1x${K}x${N}xf32>
  %e = tensor.empty() : tensor<${B}x${K}x${N}xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%w : tensor<1x${K}x${N}xf32>) outs(%e : tensor<${B}x${K}x${N}xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<${B}x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %t : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  return %1 : tensor<${B}x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @unit_batch(%x: tensor<1x${T}x${K}xf32>, %init: tensor<1x${T}x${N}xf32>) -> tensor<1x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<1x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<1x${T}x${N}xf32>) -> tensor<1x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %w : tensor<1x${T}x${K}xf32>, tensor<1x${K}x${N}xf32>) outs(%0 : tensor<1x${T}x${N}xf32>) -> tensor<1x${T}x${N}xf32>
  return %1 : tensor<1x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @unit_batch_expanded(%x: tensor<1x${T}x${K}xf32>, %init: tensor<1x${T}x${N}xf32>) -> tensor<1x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %t = tensor.expand_shape %w [[0, 1], [2]] output_shape [1, ${K}, ${N}] : tensor<${K}x${N}xf32> into tensor<1x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<1x${T}x${N}xf32>) -> tensor<1x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %t : tensor<1x${T}x${K}xf32>, tensor<1x${K}x${N}xf32>) outs(%0 : tensor<1x${T}x${N}xf32>) -> tensor<1x${T}x${N}xf32>
  return %1 : tensor<1x${T}x${N}xf32>
}

// LINEARS: 1
func.func private @open_batch(%x: tensor<${T}x${S}x${K}xf32>, %init: tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<${T}x${S}x${K}xf32>
  %e = tensor.empty(%d) : tensor<?x${K}x${N}xf32>
  %t = linalg.broadcast ins(%w : tensor<${K}x${N}xf32>) outs(%e : tensor<?x${K}x${N}xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %t : tensor<${T}x${S}x${K}xf32>, tensor<?x${K}x${N}xf32>) outs(%0 : tensor<${T}x${S}x${N}xf32>) -> tensor<${T}x${S}x${N}xf32>
  return %1 : tensor<${T}x${S}x${N}xf32>
}

// The weight differs along the batch.
// LINEARS: 0
func.func private @one_weight_per_entry(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${B}x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  %1 = linalg.batch_matmul ins(%x, %w : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${B}x${T}x${N}xf32>) -> tensor<${B}x${T}x${N}xf32>
  return %1 : tensor<${B}x${T}x${N}xf32>
}

// The batch is an input dim that stands before the tokens.
// LINEARS: 0
func.func private @batch_reduced(%x: tensor<${B}x${T}x${K}xf32>, %init: tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${B}x${K}x${N}xf32>
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  %1 = linalg.batch_reduce_matmul ins(%x, %w : tensor<${B}x${T}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${T}x${N}xf32>) -> tensor<${T}x${N}xf32>
  return %1 : tensor<${T}x${N}xf32>
}

// LINEARS: 1
func.func private @batch_matvec(%x: tensor<${B}x${K}xf32>, %init: tensor<${B}x${N}xf32>) -> tensor<${B}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${N}x${K}xf32>
  %e = tensor.empty() : tensor<${B}x${N}x${K}xf32>
  %t = linalg.broadcast ins(%w : tensor<${N}x${K}xf32>) outs(%e : tensor<${B}x${N}x${K}xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${N}xf32>) -> tensor<${B}x${N}xf32>
  %1 = linalg.batch_matvec ins(%t, %x : tensor<${B}x${N}x${K}xf32>, tensor<${B}x${K}xf32>) outs(%0 : tensor<${B}x${N}xf32>) -> tensor<${B}x${N}xf32>
  return %1 : tensor<${B}x${N}xf32>
}

// LINEARS: 1
func.func private @batch_vecmat(%x: tensor<${B}x${K}xf32>, %init: tensor<${B}x${N}xf32>) -> tensor<${B}x${N}xf32> {
  %w = arith.constant dense<random> : tensor<${K}x${N}xf32>
  %e = tensor.empty() : tensor<${B}x${K}x${N}xf32>
  %t = linalg.broadcast ins(%w : tensor<${K}x${N}xf32>) outs(%e : tensor<${B}x${K}x${N}xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<${B}x${N}xf32>) -> tensor<${B}x${N}xf32>
  %1 = linalg.batch_vecmat ins(%x, %t : tensor<${B}x${K}xf32>, tensor<${B}x${K}x${N}xf32>) outs(%0 : tensor<${B}x${N}xf32>) -> tensor<${B}x${N}xf32>
  return %1 : tensor<${B}x${N}xf32>
}
