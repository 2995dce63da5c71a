// RUN: %python %S/../../Inputs/safetensors.py %t.safetensors up.n_tokens:I64:1:4 up.sum:F64:4:0,0,0,0 up.sumsq:F64:4:100,1,1,4 up.var:F64:4:25,.25,.25,1 up.gram:F64:4x4:100,0,0,0,0,1,1,0,0,1,1,0,0,0,0,4
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 method=wanda stats=%t.safetensors" --remarks-filter=sparsity 2>&1 | FileCheck %s --check-prefix=WANDA
// RUN: sparse-opt %s --sparsity-prune="pattern=2:4 method=sparsegpt damping=1e-6 stats=%t.safetensors" --remarks-filter=sparsity 2>&1 | FileCheck %s --check-prefix=SPARSEGPT
// RUN: sparse-opt %s --sparsity-prune="pattern=unstructured sparsity=0.25 method=alps damping=1e-6 stats=%t.safetensors" | FileCheck %s --check-prefix=ALPS

// The large input saves the smallest value; of the two equal inputs one value
// can take over what the other one did.
// WANDA: pruned weight 'up' to #sparsity.nm<2:4, dim = 1>: 50.0 % zeros
// WANDA: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<{{\[\[}}1.000000e+00, 0.000000e+00, 0.000000e+00, 4.000000e+00]]>
// SPARSEGPT: pruned weight 'up' to #sparsity.nm<2:4, dim = 1>: 50.0 % zeros{{.*}}, output error
// SPARSEGPT: sparsity.weight "up" pattern [#sparsity.nm<2:4, dim = 1>] dense<{{\[\[}}1.000000e+00, 0.000000e+00, 0.000000e+00, 4.000000e+00]]>
// ALPS: sparsity.weight "up" pattern [#sparsity.unstructured] dense<{{\[\[}}1.000000e+00, 0.000000e+00, {{4.49999[0-9]+|4.50000.*}}, 4.000000e+00]]>
func.func @layer(%x: tensor<2x4xf32>, %y: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %w = sparsity.weight "up" dense<[[1.0, 2.0, 2.5, 4.0]]> : tensor<1x4xf32>
  %r = sparsity.linear ins(%x, %w : tensor<2x4xf32>, tensor<1x4xf32>) outs(%y : tensor<2x1xf32>) -> tensor<2x1xf32>
  return %r : tensor<2x1xf32>
}
