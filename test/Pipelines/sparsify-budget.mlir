// RUN: %python %S/../Transforms/Choose/Inputs/statistics.py %t.safetensors up:128 equal:128:equal
// RUN: sparse-opt %s --sparsity-sparsify="target-cpu=znver4 budget=speed-up:1.2 candidates=2:4,6:8 stats=%t.safetensors" --sparsity-write-report=file=%t.json -o /dev/null
// RUN: FileCheck %s < %t.json
// RUN: sparse-compile %s -o %t.so --target-cpu=znver4 --budget=speed-up:1.2 --pattern=2:4 --sparsity-stats=%t.safetensors --sparsity-report=%t.html --print-table 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: FileCheck %s --check-prefix=PAGE < %t.html
// RUN: not sparse-compile %s -o %t.none.so --target-cpu=znver4 --budget=speed-up:90 --sparsity-stats=%t.safetensors 2>&1 | FileCheck %s --check-prefix=FAR

// The pattern of the equal inputs, which lose less, is chosen and packed.
// CHECK: "budget": "speed-up:1.2"
// CHECK: "candidate": "{{2:4|6:8}}"
// CHECK: "layers": [
// CHECK: "pattern": "none"
// CHECK: "weight": "up"
// CHECK: "kernel": "cpu.mask_tile"
// CHECK: "weight": "equal"

// TABLE: -> {{.*}} dense x 1, 2:4 x 1
// PAGE: Budget: speed-up:1.2
// FAR: error: budget 'speed-up:90' is out of reach
func.func @layers(%x: tensor<64x128xf32>, %y: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<128x128xf32>
  %e = sparsity.weight "equal" dense<1.0> : tensor<128x128xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<64x128xf32>, tensor<128x128xf32>) outs(%y : tensor<64x128xf32>) -> tensor<64x128xf32>
  %1 = sparsity.linear ins(%0, %e : tensor<64x128xf32>, tensor<128x128xf32>) outs(%y : tensor<64x128xf32>) -> tensor<64x128xf32>
  return %1 : tensor<64x128xf32>
}
