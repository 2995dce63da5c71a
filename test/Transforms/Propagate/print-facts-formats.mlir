// RUN: sparse-opt %s --sparsity-print-facts=format=dot -o /dev/null | FileCheck %s --check-prefix=DOT
// RUN: sparse-opt %s --sparsity-print-facts="format=html file=%t.html" -o /dev/null
// RUN: FileCheck %s --check-prefix=HTML < %t.html
// RUN: not sparse-opt %s --sparsity-print-facts=format=png -o /dev/null 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not sparse-opt %s --sparsity-print-facts=file=%t.missing/x -o /dev/null 2>&1 | FileCheck %s --check-prefix=FILE

// WRONG: error: format: 'png' is not text, dot or html
// FILE: error: file: {{.*}}

// DOT: digraph "picture" {
// DOT: n1 [label="sparsity.weight w"]
// DOT: n1 -> n2 [label="tensor\<2x2xf32\>: zero along dim 0 at 0; 1:2 along dim 0; at most 2 nonzeros; finite"]
// HTML: <h2>picture</h2>
// HTML: <tr id="picture2"><td>2 arith.addf</td><td><a href="#picture0">0</a> <a href="#picture1">1</a>
func.func @picture(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = sparsity.weight "w" dense<[[0.0, 0.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %y = arith.addf %x, %w : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
