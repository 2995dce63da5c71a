module @tiny {
  func.func @forward(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %tokens = tensor.dim %x, %c0 : tensor<?x8xf32>
    %empty = tensor.empty(%tokens) : tensor<?x3xf32>
    %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x3xf32>) -> tensor<?x3xf32>
    %w = sparsity.weight "up" dense<[[1.0, 0.0, 0.0, 2.5, 0.0, -3.0, 0.5, 0.0],
                                     [0.0, 0.0, 0.0, 0.0, 1.5, 0.0, 0.0, 4.0],
                                     [0.0, 7.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<3x8xf32>
    %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<3x8xf32>) outs(%init : tensor<?x3xf32>) -> tensor<?x3xf32>
    return %r : tensor<?x3xf32>
  }
}
