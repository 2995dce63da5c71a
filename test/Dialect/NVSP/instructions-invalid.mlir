// RUN: sparse-opt %s -split-input-file -verify-diagnostics

// expected-error @+1 {{an accumulator is 16x8 or 64xN with N a multiple of 8 up to 256, not 64x12}}
func.func @columns(%acc: !nvsp.acc<64x12xf32>)

// -----

// expected-error @+1 {{not 64x264}}
func.func @too_many_columns(%acc: !nvsp.acc<64x264xf32>)

// -----

// expected-error @+1 {{not 32x8}}
func.func @rows(%acc: !nvsp.acc<32x8xf32>)

// -----

// expected-error @+1 {{sums are f32 or i32, not 'f16'}}
func.func @element(%acc: !nvsp.acc<16x8xf16>)

// -----

// expected-error @+1 {{an accumulator has two dims}}
func.func @rank(%acc: !nvsp.acc<16xf32>)

// -----

func.func @unknown_type(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // expected-error @+1 {{cannot multiply elements of type 'f64'}}
  %0 = nvsp.mma_sp %acc, %a : f64, %b : f64, %e select 0 : !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @mixed_halves(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // expected-error @+1 {{cannot multiply 'f16' with 'bf16'}}
  %0 = nvsp.mma_sp %acc, %a : f16, %b : bf16, %e select 0 : !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @integer_with_float(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // expected-error @+1 {{cannot multiply 'si8' with 'f8E4M3FN'}}
  %0 = nvsp.mma_sp %acc, %a : si8, %b : f8E4M3FN, %e select 0 : !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @integer_sums(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // expected-error @+1 {{products of 'si8' are summed in i32, not 'f32'}}
  %0 = nvsp.mma_sp %acc, %a : si8, %b : si8, %e select 0 : !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @float_sums(%a: i64, %b: i64, %e: i32) {
  // expected-error @+1 {{products of 'bf16' are summed in f32, not 'i32'}}
  %0 = nvsp.wgmma_sp %a : bf16, %b : bf16, %e select 0 : i64 -> !nvsp.acc<64x8xi32>
  return
}

// -----

func.func @half_selector(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // expected-error @+1 {{selector of 'bf16' is 0 or 1, not 2}}
  %0 = nvsp.mma_sp %acc, %a : bf16, %b : bf16, %e select 2 : !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @byte_selector(%a: i64, %b: i64, %e: i32) {
  // expected-error @+1 {{selector of 'f8E5M2' is 0, not 1}}
  %0 = nvsp.wgmma_sp %a : f8E5M2, %b : f8E5M2, %e select 1 : i64 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @equal_indices(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>) {
  %e = arith.constant 0x44444454 : i32
  // expected-error @+1 {{metadata of group 1 is 5, which PTX does not define for ordered indices of 'bf16'}}
  %0 = nvsp.mma_sp %acc, %a : bf16, %b : bf16, %e select 0 : !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @unordered_indices(%a: i64, %b: i64) {
  %e = arith.constant 0x14444444 : i32
  // expected-error @+1 {{metadata of group 7 is 1, which}}
  %0 = nvsp.wgmma_sp %a : f16, %b : f16, %e select 0 : i64 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @tf32_indices(%a: i64, %b: i64) {
  %e = arith.constant 0x4444444C : i32
  // expected-error @+1 {{metadata of group 0 is 12, which PTX does not define for ordered indices of 'tf32'}}
  %0 = nvsp.wgmma_sp %a : tf32, %b : tf32, %e select 0 : i64 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @group_accumulator(%acc: !nvsp.acc<64x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) {
  // expected-error @+1 {{multiplies for a warp; its accumulator is 16x8}}
  %0 = nvsp.mma_sp %acc, %a : bf16, %b : bf16, %e select 0 : !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @warp_accumulator(%a: i64, %b: i64, %e: i32) {
  // expected-error @+1 {{multiplies for a warpgroup; its result has 64 rows, not 16}}
  %0 = nvsp.wgmma_sp %a : bf16, %b : bf16, %e select 0 : i64 -> !nvsp.acc<16x8xf32>
  return
}

// -----

func.func @other_accumulator(%acc: !nvsp.acc<64x16xf32>, %a: i64, %b: i64) {
  // expected-error @+1 {{acc is '!nvsp.acc<64x16xf32>', but the result is '!nvsp.acc<64x8xf32>'}}
  %0 = nvsp.wgmma %a : bf16, %b : bf16 acc(%acc : !nvsp.acc<64x16xf32>) : i64 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @transposed_bytes(%a: i64, %b: i64) {
  // expected-error @+1 {{b can be transposed for f16 and bf16 only, not 'f8E4M3FN'}}
  %0 = nvsp.wgmma %a : f8E4M3FN, %b : f8E4M3FN transposed : i64 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @integer_columns(%a: i64, %b: i64, %e: i32) {
  // expected-error @+1 {{N of integers is 8, 16, 24 or a multiple of 16, not 40}}
  %0 = nvsp.wgmma_sp %a : si8, %b : si8, %e select 0 : i64 -> !nvsp.acc<64x40xi32>
  return
}
