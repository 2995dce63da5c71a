// RUN: %python %S/../../Inputs/safetensors.py %t.safetensors up.n_tokens:I64:1:4 up.sum:F64:4:0,0,0,0 up.sumsq:F64:4:1,1,1,1 up.var:F64:4:1,1,1,1 up.gram:F64:4x4:1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1 equal.n_tokens:I64:1:4 equal.sum:F64:4:0,0,0,0 equal.sumsq:F64:4:1,1,1,1 equal.var:F64:4:1,1,1,1 equal.gram:F64:4x4:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
// RUN: sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors candidates=2:4,unstructured:0.75,block<1x3>:0.5 target-cpu=znver4" -o /dev/null | FileCheck %s
// RUN: sparse-opt %s --mlir-disable-threading --sparsity-sensitivity="stats=%t.safetensors candidates=2:4,unstructured:0.75,block<1x3>:0.5 target-cpu=znver4 file=%t.json" --remarks-filter=sparsity -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s < %t.json
// RUN: FileCheck %s --check-prefix=MODULE < %t.mlir

// The weights are 4, 3, 2, 1. With uncorrelated inputs 2:4 loses (4 + 1) / 30 of the
// energy, with equal inputs (2 + 1)^2 / 10^2.
//       CHECK: "layers": [
//       CHECK: "candidate": "dense"
//       CHECK: "error": 0,
//       CHECK: "kernel": "cpu.dense"
//       CHECK: "retained_norm": 1
//       CHECK: "candidate": "2:4"
//  CHECK-NEXT: "density": 0.5
//  CHECK-NEXT: "error": 0.16666666666666666
//       CHECK: "retained_norm": 0.91287
//       CHECK: "candidate": "unstructured:0.75"
//  CHECK-NEXT: "density": 0.25
//  CHECK-NEXT: "error": 0.46666666666666667
//       CHECK: "candidate": "block<1x3>:0.5"
//  CHECK-NEXT: "density": 0.75
//  CHECK-NEXT: "error": 0.03333333333333333
//       CHECK: "in": 4,
//  CHECK-NEXT: "out": 1,
//  CHECK-NEXT: "tokens": 128,
//  CHECK-NEXT: "weight": "up"
//       CHECK: "candidate": "2:4"
//       CHECK: "error": 0.089999999999999997
//       CHECK: "tokens": 8,
//  CHECK-NEXT: "weight": "equal"
//       CHECK: "method": "magnitude"

// REMARK-DAG: weight 'up' loses 1.667e-01 as 2:4, 4.667e-01 as unstructured:0.75
// REMARK-DAG: weight 'conv' is not measured: no linear layer uses it
// REMARK-DAG: weight 'asked' is not measured: it has a request already

// MODULE: sparsity.weight "up" dense
func.func @layers(%x: tensor<?x4xf32>, %x8: tensor<8x4xf32>, %y: tensor<?x1xf32>, %y8: tensor<8x1xf32>) -> (tensor<?x1xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<1x4x1xf32>) {
  %w = sparsity.weight "up" dense<[[4.0, -3.0, 2.0, -1.0]]> : tensor<1x4xf32>
  %e = sparsity.weight "equal" dense<[[4.0, 3.0, 2.0, 1.0]]> : tensor<1x4xf32>
  %a = sparsity.weight "asked" dense<1.0> : tensor<1x4xf32>
  %c = sparsity.weight "conv" dense<1.0> : tensor<1x4x1xf32>
  %p = sparsity.prune %a {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<1x4xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<?x4xf32>, tensor<1x4xf32>) outs(%y : tensor<?x1xf32>) -> tensor<?x1xf32>
  %1 = sparsity.linear ins(%x8, %e : tensor<8x4xf32>, tensor<1x4xf32>) outs(%y8 : tensor<8x1xf32>) -> tensor<8x1xf32>
  %2 = sparsity.linear ins(%x8, %p : tensor<8x4xf32>, tensor<1x4xf32>) outs(%y8 : tensor<8x1xf32>) -> tensor<8x1xf32>
  return %0, %1, %2, %c : tensor<?x1xf32>, tensor<8x1xf32>, tensor<8x1xf32>, tensor<1x4x1xf32>
}
