// RUN: mlir-opt %s --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext --load-pass-plugin=%lib_dir/sparsity-plugin%shlibext \
// RUN:   --pass-pipeline='builtin.module(sparsity-select-kernels,sparsity-pack-weights,sparsity-to-cpu{threading=none}, \
// RUN:     one-shot-bufferize{bufferize-function-boundaries},convert-linalg-to-loops,expand-strided-metadata,lower-affine, \
// RUN:     convert-scf-to-cf,convert-vector-to-llvm,finalize-memref-to-llvm,convert-arith-to-llvm,convert-math-to-llvm, \
// RUN:     convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts)' \
// RUN: | mlir-runner -e main --entry-point-result=void \
// RUN:   --shared-libs=%llvm_lib_dir/libmlir_runner_utils%shlibext,%llvm_lib_dir/libmlir_c_runner_utils%shlibext \
// RUN: | FileCheck %s

// Our passes, then upstream's alone, then upstream's runner: the layer computes
// what the dense matmul computes.
// CHECK: data =
// CHECK-NEXT: [[ROW0:.*, .*, .*]],
// CHECK-NEXT: [[ROW1:.*]]]
// CHECK: data =
// CHECK-NEXT: [[ROW0]],
// CHECK-NEXT: [[ROW1]]]

func.func private @printMemrefF32(%memref: tensor<*xf32>)

func.func @layer(%x: tensor<2x8xf32>) -> tensor<2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<2x3xf32>
  %y = linalg.fill ins(%zero : f32) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  %w = sparsity.weight "up" dense<[[1.0, 0.0, 0.0, 2.5, 0.0, -3.0, 0.5, 0.0],
                                   [0.0, 0.0, 0.0, 0.0, 1.5, 0.0, 0.0, 4.0],
                                   [0.0, 7.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<3x8xf32>
  %r = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<3x8xf32>) outs(%y : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

func.func @dense(%x: tensor<2x8xf32>) -> tensor<2x3xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<2x3xf32>
  %y = linalg.fill ins(%zero : f32) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  %w = arith.constant dense<[[1.0, 0.0, 0.0, 2.5, 0.0, -3.0, 0.5, 0.0],
                             [0.0, 0.0, 0.0, 0.0, 1.5, 0.0, 0.0, 4.0],
                             [0.0, 7.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<3x8xf32>
  %r = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
         ins(%x, %w : tensor<2x8xf32>, tensor<3x8xf32>) outs(%y : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

func.func @main() {
  %x = arith.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
                             [0.5, -1.0, 1.5, -2.0, 2.5, -3.0, 3.5, -4.0]]> : tensor<2x8xf32>
  %dense = call @dense(%x) : (tensor<2x8xf32>) -> tensor<2x3xf32>
  %a = tensor.cast %dense : tensor<2x3xf32> to tensor<*xf32>
  call @printMemrefF32(%a) : (tensor<*xf32>) -> ()
  %layer = call @layer(%x) : (tensor<2x8xf32>) -> tensor<2x3xf32>
  %b = tensor.cast %layer : tensor<2x3xf32> to tensor<*xf32>
  call @printMemrefF32(%b) : (tensor<*xf32>) -> ()
  return
}
