// RUN: sparse-opt %s --sparsity-permute-channels=seed=1 --remarks-filter=sparsity -split-input-file -o %t.mlir 2> %t.err
// RUN: FileCheck %s < %t.err
// RUN: sparse-opt %s --sparsity-permute-channels=seed=1 -split-input-file | sparse-opt -split-input-file > %t.after
// RUN: sparse-opt %s -split-input-file | diff - %t.after

// What fixes the order of the channels is named.
// CHECK: input channels of 'up' stay in order: 'func.func' stops it, the channels come from outside as an argument
// CHECK: input channels of 'down' stay in order: 'func.return' stops it, it shows the channels to the caller
func.func @shown(%x: tensor<8x2xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> (tensor<8x1xf32>, tensor<8x8xf32>) {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x2xf32>
  %d = sparsity.weight "down" dense<[[9.0, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) outs(%h : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1, %0 : tensor<8x1xf32>, tensor<8x8xf32>
}

// -----

// CHECK: input channels of 'down' stay in order: 'linalg.generic' stops it, it computes with the number of a channel
func.func @number(%x: tensor<8x2xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x2xf32>
  %d = sparsity.weight "down" dense<[[9.0, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) outs(%h : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<8x8xf32>) outs(%h : tensor<8x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %i = linalg.index 1 : index
    %j = arith.index_cast %i : index to i32
    %f = arith.sitofp %j : i32 to f32
    %m = arith.mulf %in, %f : f32
    linalg.yield %m : f32
  } -> tensor<8x8xf32>
  %2 = sparsity.linear ins(%1, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %2 : tensor<8x1xf32>
}

// -----

// CHECK: input channels of 'down' stay in order: 'tensor.extract_slice' stops it, it takes a slice of the channels
func.func @slice(%x: tensor<8x2xf32>, %h: tensor<8x16xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<16x2xf32>
  %d = sparsity.weight "down" dense<[[9.0, 8.0, 7.0, 6.0, 0.1, 0.2, 0.3, 0.4]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<16x2xf32>) outs(%h : tensor<8x16xf32>) -> tensor<8x16xf32>
  %1 = tensor.extract_slice %0[0, 4] [8, 8] [1, 1] : tensor<8x16xf32> to tensor<8x8xf32>
  %2 = sparsity.linear ins(%1, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %2 : tensor<8x1xf32>
}

// -----

// Values reordered would not have the pattern that the weight carries.
// CHECK: input channels of 'down' stay in order: 'sparsity.weight' stops it, it has a pattern already
func.func @pattern(%x: tensor<8x2xf32>, %h: tensor<8x8xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %u = sparsity.weight "up" dense<1.0> : tensor<8x2xf32>
  %d = sparsity.weight "down" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[9.0, 8.0, 0.0, 0.0, 0.1, 0.2, 0.0, 0.0]]> : tensor<1x8xf32>
  %0 = sparsity.linear ins(%x, %u : tensor<8x2xf32>, tensor<8x2xf32>) outs(%h : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<8x8xf32>, tensor<1x8xf32>) outs(%y : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %1 : tensor<8x1xf32>
}
