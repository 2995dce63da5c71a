// RUN: sparse-opt %s --sparsity-print-facts -o /dev/null | FileCheck %s

// Empty tiles of a constant, and of its transpose.

// CHECK-LABEL: @blocks
// CHECK-NEXT: {{.*}} : tensor<8x8xf32>: 4:8 along dim 0; 4:8 along dim 1; 2 of 4 blocks 4x4 empty; at most 32 nonzeros; finite{{$}}
// CHECK-NEXT: {{.*}} : tensor<8x8xf32>: unknown; nothing read{{$}}
// CHECK-NEXT: {{.*}} : tensor<8x8xf32>: 4:8 along dim 0; 4:8 along dim 1; 2 of 4 blocks 4x4 empty; at most 32 nonzeros; finite{{$}}
func.func @blocks() -> tensor<8x8xf32> {
  %w = arith.constant dense<[[0.0, 0.0, 0.0, 0.0, 5.0, 6.0, 7.0, 8.0], [0.0, 0.0, 0.0, 0.0, 13.0, 14.0, 15.0, 16.0], [0.0, 0.0, 0.0, 0.0, 21.0, 22.0, 23.0, 24.0], [0.0, 0.0, 0.0, 0.0, 29.0, 30.0, 31.0, 32.0], [33.0, 34.0, 35.0, 36.0, 0.0, 0.0, 0.0, 0.0], [41.0, 42.0, 43.0, 44.0, 0.0, 0.0, 0.0, 0.0], [49.0, 50.0, 51.0, 52.0, 0.0, 0.0, 0.0, 0.0], [57.0, 58.0, 59.0, 60.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<8x8xf32>
  %e = tensor.empty() : tensor<8x8xf32>
  %t = linalg.transpose ins(%w : tensor<8x8xf32>) outs(%e : tensor<8x8xf32>) permutation = [1, 0]
  return %t : tensor<8x8xf32>
}
