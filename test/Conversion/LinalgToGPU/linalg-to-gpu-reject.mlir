// RUN: sparse-opt %s --sparsity-linalg-to-gpu --split-input-file --verify-diagnostics

func.func @load(%x: memref<4xf32>, %y: memref<4xf32>, %i: index) {
  // expected-error @+1 {{'memref.load' op would run on the host, which cannot reach the arrays of a program for a GPU}}
  %0 = memref.load %x[%i] : memref<4xf32>
  linalg.fill ins(%0 : f32) outs(%y : memref<4xf32>)
  return
}

// -----

func.func @tensors(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{does not work on buffers: run sparsity-bufferize before}}
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @scattered(%x: memref<4xf32>, %y: memref<8xf32>) {
  // expected-error @+1 {{writes its result in an order that no kernel has}}
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i * 2)>], iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// -----

func.func private @helper(memref<4xf32>)

func.func @call(%x: memref<4xf32>) {
  // expected-error @+1 {{would run on the host}}
  call @helper(%x) : (memref<4xf32>) -> ()
  return
}
