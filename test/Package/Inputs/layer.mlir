// One layer twice: as the passes of sparse-opt see it, and as loops.
#rows = affine_map<(m, n, k) -> (m, k)>
#transposed = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>

func.func @layer(%x: tensor<7x16xf32>) -> tensor<7x5xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<7x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<7x5xf32>) -> tensor<7x5xf32>
  %w = sparsity.weight "up" dense<[
    [0.1, 0.0, 0.0, 0.2, 0.0, 0.3, 0.4, 0.0, 0.5, 0.6, 0.0, 0.0, 0.0, 0.0, 0.7, 0.8],
    [0.0, 1.1, 0.0, 1.2, 1.3, 0.0, 1.4, 0.0, 0.0, 0.0, 1.5, 1.6, 0.0, 1.7, 0.0, 1.8],
    [2.1, 2.2, 0.0, 0.0, 0.0, 0.0, 0.0, 2.3, 2.4, 0.0, 0.0, 2.5, 0.0, 2.6, 2.7, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 4.1, 4.2, 0.0, 0.0, 4.3, 4.4, 0.0, 0.0, 4.5, 4.6, 0.0, 0.0, 4.7, 4.8]]> : tensor<5x16xf32>
  %r = sparsity.linear ins(%x, %w : tensor<7x16xf32>, tensor<5x16xf32>) outs(%init : tensor<7x5xf32>) -> tensor<7x5xf32>
  return %r : tensor<7x5xf32>
}

func.func @dense(%x: tensor<7x16xf32>) -> tensor<7x5xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<7x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<7x5xf32>) -> tensor<7x5xf32>
  %w = arith.constant dense<[
    [0.1, 0.0, 0.0, 0.2, 0.0, 0.3, 0.4, 0.0, 0.5, 0.6, 0.0, 0.0, 0.0, 0.0, 0.7, 0.8],
    [0.0, 1.1, 0.0, 1.2, 1.3, 0.0, 1.4, 0.0, 0.0, 0.0, 1.5, 1.6, 0.0, 1.7, 0.0, 1.8],
    [2.1, 2.2, 0.0, 0.0, 0.0, 0.0, 0.0, 2.3, 2.4, 0.0, 0.0, 2.5, 0.0, 2.6, 2.7, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 4.1, 4.2, 0.0, 0.0, 4.3, 4.4, 0.0, 0.0, 4.5, 4.6, 0.0, 0.0, 4.7, 4.8]]> : tensor<5x16xf32>
  %r = linalg.matmul indexing_maps = [#rows, #transposed, #out]
         ins(%x, %w : tensor<7x16xf32>, tensor<5x16xf32>) outs(%init : tensor<7x5xf32>) -> tensor<7x5xf32>
  return %r : tensor<7x5xf32>
}
