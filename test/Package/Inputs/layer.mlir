// A dense layer as a front end writes it.
func.func @forward(%x: tensor<7x16xf32>) -> tensor<7x5xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<7x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<7x5xf32>) -> tensor<7x5xf32>
  %w = arith.constant dense<[
    [0.1, -0.3, 0.5, 0.2, -0.9, 0.3, 0.4, 0.8, 0.5, 0.6, -0.2, 0.1, 0.9, -1.0, 0.7, 0.8],
    [0.7, 1.1, -0.6, 1.2, 1.3, 0.9, 1.4, -0.8, 0.3, 0.2, 1.5, 1.6, 0.4, 1.7, -0.3, 1.8],
    [2.1, 2.2, 1.0, -1.9, 0.1, 0.2, 0.3, 2.3, 2.4, 1.8, 1.7, 2.5, 0.6, 2.6, 2.7, 0.5],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.4, 0.3, 4.1, 4.2, -0.2, 0.1, 4.3, 4.4, 0.9, 0.8, 4.5, 4.6, 0.7, -0.6, 4.7, 4.8]]> : tensor<5x16xf32>
  %r = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
         ins(%x, %w : tensor<7x16xf32>, tensor<5x16xf32>) outs(%init : tensor<7x5xf32>) -> tensor<7x5xf32>
  return %r : tensor<7x5xf32>
}
