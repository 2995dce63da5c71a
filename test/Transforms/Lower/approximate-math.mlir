// RUN: sparse-opt %s -sparsity-approximate-math | FileCheck %s

// CHECK-LABEL: func.func @f32
// CHECK-NOT:     math.exp
// CHECK-NOT:     math.erf
// CHECK:         arith.mulf
func.func @f32(%x: vector<16xf32>) -> (vector<16xf32>, vector<16xf32>) {
  %0 = math.exp %x : vector<16xf32>
  %1 = math.erf %x : vector<16xf32>
  return %0, %1 : vector<16xf32>, vector<16xf32>
}

// Doubles are left to the C library.
// CHECK-LABEL: func.func @f64
// CHECK:         math.exp
func.func @f64(%x: f64) -> f64 {
  %0 = math.exp %x : f64
  return %0 : f64
}

// A square is a product, of vectors too.
// CHECK-LABEL: func.func @power
// CHECK-NOT:     math.fpowi
// CHECK:         arith.mulf %{{.+}}, %{{.+}} : vector<16xf32>
func.func @power(%x: vector<16xf32>) -> vector<16xf32> {
  %two = arith.constant dense<2> : vector<16xi64>
  %0 = math.fpowi %x, %two : vector<16xf32>, vector<16xi64>
  return %0 : vector<16xf32>
}

// CHECK-LABEL: func.func @variable_power
// CHECK-NOT:     math.fpowi
func.func @variable_power(%x: vector<16xf32>, %n: vector<16xi32>) -> vector<16xf32> {
  %0 = math.fpowi %x, %n : vector<16xf32>, vector<16xi32>
  return %0 : vector<16xf32>
}
