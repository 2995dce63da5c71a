// RUN: sparse-opt %s --sparsity-gpu-to-runtime --split-input-file --verify-diagnostics

module attributes {gpu.container_module} {
  func.func @f(%x: memref<4xf32>) {
    %c1 = arith.constant 1 : index
    // expected-error @+1 {{is not in the body of an entry: run sparsity-emit-c-abi=gpu before}}
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%x : memref<4xf32>)
    return
  }
  gpu.module @kernels {
    gpu.func @k(%x: memref<4xf32>) kernel {
      gpu.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  func.func private @f(%bytes: i32, %state: !llvm.ptr) -> i32 attributes {sparsity.entry_body} {
    %c1 = arith.constant 1 : index
    // expected-error @+1 {{has a size of shared memory that is not constant}}
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) dynamic_shared_memory_size %bytes
    %zero = arith.constant 0 : i32
    return %zero : i32
  }
  gpu.module @kernels {
    gpu.func @k() kernel {
      gpu.return
    }
  }
}
