// RUN: sparse-opt %s -split-input-file -verify-diagnostics

func.func @too_many_pending(%acc: !nvsp.acc<64x8xf32>) {
  // expected-error @+1 {{leaves 0 to 7 groups in flight, not 8}}
  %0 = nvsp.wgmma_wait 8 acc(%acc : !nvsp.acc<64x8xf32>)
  return
}

// -----

func.func @nothing_to_wait_for() {
  // expected-error @+1 {{ends all products, but names none of their values}}
  nvsp.wgmma_wait 0
  return
}

// -----

func.func @warp_wait(%acc: !nvsp.acc<16x8xf32>) {
  // expected-error @+1 {{waits for products of a warpgroup, not for '!nvsp.acc<16x8xf32>'}}
  %0 = nvsp.wgmma_wait 0 acc(%acc : !nvsp.acc<16x8xf32>)
  return
}

// -----

func.func @other_result(%e: i32) {
  // expected-error @+1 {{returns its operands, so that their types are equal}}
  %0 = "nvsp.wgmma_wait"(%e) {pending = 0 : i32, operandSegmentSizes = array<i32: 0, 1>} : (i32) -> vector<4xi32>
  return
}

// -----

func.func @few_registers(%x: f32) {
  // expected-error @+1 {{needs 4 registers, got 2}}
  %0 = nvsp.acc_pack %x, %x : f32 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @other_registers(%x: i32) {
  // expected-error @+1 {{registers are 'f32'}}
  %0 = nvsp.acc_pack %x, %x, %x, %x : i32 -> !nvsp.acc<64x8xf32>
  return
}

// -----

func.func @unpack_few(%acc: !nvsp.acc<64x8xf32>) {
  // expected-error @+1 {{has 4 registers, not 1}}
  %0 = "nvsp.acc_unpack"(%acc) : (!nvsp.acc<64x8xf32>) -> f32
  return
}

// -----

func.func @unpack_other(%acc: !nvsp.acc<64x8xf32>) {
  // expected-error @+1 {{registers are 'f32'}}
  %0:4 = "nvsp.acc_unpack"(%acc) : (!nvsp.acc<64x8xf32>) -> (i32, i32, i32, i32)
  return
}

// -----

func.func @constant_memory(%p: !llvm.ptr<4>) {
  // expected-error @+1 {{loads from global or shared memory, not from address space 4}}
  %0 = nvsp.load_metadata %p : !llvm.ptr<4> -> i32
  return
}
