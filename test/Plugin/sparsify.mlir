// RUN: mlir-opt %s --load-dialect-plugin=%lib_dir/sparsity-plugin%shlibext --load-pass-plugin=%lib_dir/sparsity-plugin%shlibext \
// RUN:   --pass-pipeline='builtin.module(sparsity-sparsify{pattern=2:4 target-cpu=x86-64-v3 family=cpu.nm_row},func.func(canonicalize))' | FileCheck %s

// A registered pipeline of the plugin runs beside upstream's passes.
// CHECK: packed.constant "{{.*}}" dense_resource<{{.*}}> : {{.*}} -> !packed.weight<16x8xf32, "nm_
// CHECK: packed.linear {{.*}} kernel = #sparsity.kernel<"cpu.nm_row"
// CHECK-NOT: linalg.matmul
func.func @layer(%x: tensor<4x8xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x16xf32>) -> tensor<4x16xf32>
  %w = arith.constant dense<1.0> : tensor<8x16xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %r : tensor<4x16xf32>
}
