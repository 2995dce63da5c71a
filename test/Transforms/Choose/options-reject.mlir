// RUN: %python %S/Inputs/statistics.py %t.safetensors up:64 down:64
// RUN: not sparse-opt %s --sparsity-sensitivity -o /dev/null 2>&1 | FileCheck %s --check-prefix=NO-STATS
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.none" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors candidates=5:4" -o /dev/null 2>&1 | FileCheck %s --check-prefix=CANDIDATE
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors candidates=unstructured" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NO-AMOUNT
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors candidates=unstructured:much" -o /dev/null 2>&1 | FileCheck %s --check-prefix=AMOUNT
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors method=guess" -o /dev/null 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors targets=side" -o /dev/null 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not sparse-opt %s --sparsity-sensitivity="stats=%t.safetensors file=%t.none/file.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=WRITE
// RUN: not sparse-opt %s --sparsity-choose-patterns="stats=%t.safetensors" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NO-BUDGET
// RUN: not sparse-opt %s --sparsity-choose-patterns="stats=%t.safetensors budget=speed-up:fast" -o /dev/null 2>&1 | FileCheck %s --check-prefix=BUDGET
// RUN: not sparse-opt %s --sparsity-choose-patterns="stats=%t.safetensors target-cpu=znver4 budget=speed-up:100x" -o /dev/null 2>&1 | FileCheck %s --check-prefix=FAST
// RUN: not sparse-opt %s --sparsity-choose-patterns="stats=%t.safetensors target-cpu=znver4 budget=bytes:1KiB" -o /dev/null 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: echo '{"method": "magnitude", "layers": [{"weight": "up", "out": 64, "in": 64, "tokens": 8, "candidates": [{"candidate": "dense", "error": 0, "density": 1, "retained_norm": 1, "bytes": 16384, "predicted_ns": 1000, "kernel": "cpu.dense"}]}]}' > %t.part.json
// RUN: not sparse-opt %s --sparsity-choose-patterns="sensitivity=%t.part.json budget=error:1" -o /dev/null 2>&1 | FileCheck %s --check-prefix=PART
// RUN: echo '{"method": "magnitude", "layers": [{"weight": "up"}]}' > %t.wrong.json
// RUN: not sparse-opt %s --sparsity-choose-patterns="sensitivity=%t.wrong.json budget=error:1" -o /dev/null 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not sparse-opt %s --sparsity-choose-patterns="sensitivity=%t.part.json stats=%t.safetensors budget=error:1" -o /dev/null 2>&1 | FileCheck %s --check-prefix=BOTH

//  NO-STATS: error: output errors need statistics of the layers' inputs: give stats=FILE
//   NO-FILE: error: statistics file
// CANDIDATE: error: candidate '5:4': N:M pattern '5:4' needs 1 <= N <= M
// NO-AMOUNT: error: candidate 'unstructured':
//    AMOUNT: error: candidate 'unstructured:much': what follows the colon is no number
//    METHOD: error: candidate '6:8': unknown method 'guess'
//    TARGET: error: target 'side' matches no weight
//     WRITE: error: cannot write sensitivity
// NO-BUDGET: error: '' is not a budget; write speed-up:1.5, bytes:12MiB, bytes:60% or error:0.01
//    BUDGET: error: 'speed-up:fast' is not a budget
//      FAST: error: budget 'speed-up:100x' is out of reach: the most that the candidates give is a speed-up of {{[0-9.]+}}, at a mean error of
//     SMALL: error: budget 'bytes:1KiB' is out of reach: the most that the candidates give is {{[0-9]+}} bytes, {{[0-9.]+}} % of 32768, at a mean error of
//      PART: error: weight 'down' is not in sensitivity
//     WRONG: error: sensitivity '{{.*}}': missing value at sensitivity.layers[0].out
//      BOTH: error: 'sensitivity' holds what 'stats' and 'candidates' are for; give one or the other
func.func @layers(%x: tensor<32x64xf32>, %y: tensor<32x64xf32>) -> tensor<32x64xf32> {
  %w = sparsity.weight "up" dense<1.0> : tensor<64x64xf32>
  %d = sparsity.weight "down" dense<1.0> : tensor<64x64xf32>
  %0 = sparsity.linear ins(%x, %w : tensor<32x64xf32>, tensor<64x64xf32>) outs(%y : tensor<32x64xf32>) -> tensor<32x64xf32>
  %1 = sparsity.linear ins(%0, %d : tensor<32x64xf32>, tensor<64x64xf32>) outs(%y : tensor<32x64xf32>) -> tensor<32x64xf32>
  return %1 : tensor<32x64xf32>
}
