// RUN: sparse-opt %s --sparsity-print-facts=assume-finite -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --sparsity-propagate=assume-finite --sparsity-shrink=assume-finite | FileCheck %s --check-prefix=IR

// Types of one op that know different sizes.

// CHECK-LABEL: @result_is_dynamic
// CHECK: %0 : tensor<3x2xf32>: finite{{$}}
// IR-LABEL: @result_is_dynamic
// IR: sparsity.weight "w" dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00]]>
func.func @result_is_dynamic(%x: tensor<2x2xf32>) -> (tensor<?x2xf32>, tensor<2x1xf32>) {
  %w = sparsity.weight "w" dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %v = sparsity.weight "v" dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %u = sparsity.weight "u" dense<[[1.0, 2.0, 0.0]]> : tensor<1x3xf32>
  %c2 = arith.constant 2 : index
  %o = tensor.empty() : tensor<2x3xf32>
  %oo = tensor.empty() : tensor<2x1xf32>
  %od = tensor.empty(%c2) : tensor<?x2xf32>
  %h = sparsity.linear ins(%x, %w : tensor<2x2xf32>, tensor<3x2xf32>) outs(%o : tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = sparsity.linear ins(%h, %v : tensor<2x3xf32>, tensor<2x3xf32>) outs(%od : tensor<?x2xf32>) -> tensor<?x2xf32>
  %t = math.tanh %x : tensor<2x2xf32>
  %g = sparsity.linear ins(%t, %w : tensor<2x2xf32>, tensor<3x2xf32>) outs(%o : tensor<2x3xf32>) -> tensor<2x3xf32>
  %z = sparsity.linear ins(%g, %u : tensor<2x3xf32>, tensor<1x3xf32>) outs(%oo : tensor<2x1xf32>) -> tensor<2x1xf32>
  return %y, %z : tensor<?x2xf32>, tensor<2x1xf32>
}

// The size of the first operand is not known, so that nothing can be taken from the others.

// IR-LABEL: @first_is_dynamic
// IR: sparsity.weight "d" {{.*}} : tensor<2x3xf32>
// IR: -> tensor<2x3xf32>
func.func @first_is_dynamic(%a: tensor<2x?xf32>) -> tensor<2x2xf32> {
  %b = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %w = sparsity.weight "d" dense<[[1.0, 0.0, 3.0], [4.0, 0.0, 6.0]]> : tensor<2x3xf32>
  %o = tensor.empty() : tensor<2x3xf32>
  %o2 = tensor.empty() : tensor<2x2xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(i,j)->(i,j)>, affine_map<(i,j)->(j)>, affine_map<(i,j)->(i,j)>], iterator_types = ["parallel","parallel"]}
    ins(%a, %b : tensor<2x?xf32>, tensor<3xf32>) outs(%o : tensor<2x3xf32>) {
  ^bb0(%p: f32, %q: f32, %r: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  %y = sparsity.linear ins(%h, %w : tensor<2x3xf32>, tensor<2x3xf32>) outs(%o2 : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// More indices than are looked at one by one.

// CHECK-LABEL: @huge
// CHECK: tensor<4294967298xf32>
func.func @huge(%x: tensor<4294967298xf32>) -> tensor<4294967298xf32> {
  %y = math.tanh %x : tensor<4294967298xf32>
  return %y : tensor<4294967298xf32>
}
