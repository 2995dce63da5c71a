// RUN: sparse-opt %s --sparsity-gpu-to-runtime | FileCheck %s

// Parameters are stored into slots at the start of the function; a buffer is pointer, pointer, offset, sizes, strides.

// CHECK: module attributes {{{.*}}sparsity.kernels = [{kernel = @kernels::@k, shared_bytes = 4096 : i64}, {kernel = @kernels::@map, shared_bytes = 0 : i64}]}
module attributes {gpu.container_module} {
  // CHECK: func.func private @sparseopt_rt_gpu_launch(!llvm.ptr, i64, !llvm.ptr, i64, i64, !llvm.ptr)
  // CHECK: func.func private @sparseopt_rt_gpu_tensor_map(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr)
  func.func private @sparseopt_rt_gpu_tensor_map(!llvm.ptr, !llvm.ptr, !llvm.ptr)

  // CHECK-LABEL: func.func private @f
  // CHECK-SAME: %[[X:[^:]*]]: memref<?x4xf32>, %[[B:[^:]*]]: i1, %[[PTR:[^:]*]]: !llvm.ptr, %[[STATE:[^:]*]]: !llvm.ptr)
  func.func private @f(%x: memref<?x4xf32>, %b: i1, %ptr: !llvm.ptr, %state: !llvm.ptr) -> i32 attributes {sparsity.entry_body} {
    %c1 = arith.constant 1 : index
    %c256 = arith.constant 256 : index
    %bytes = arith.constant 4096 : i32
    // CHECK-DAG: llvm.alloca %{{.*}} x i64
    // CHECK-DAG: memref.extract_strided_metadata %[[X]]
    // CHECK-DAG: memref.extract_aligned_pointer_as_index %[[X]]
    // CHECK-DAG: arith.extui %[[B]] : i1 to i8
    // CHECK: call @sparseopt_rt_gpu_launch(%[[STATE]], %{{.*}}) : (!llvm.ptr, i64, !llvm.ptr, i64, i64, !llvm.ptr) -> ()
    gpu.launch_func @kernels::@k blocks in (%c1, %c1, %c1) threads in (%c256, %c1, %c1) dynamic_shared_memory_size %bytes args(%x : memref<?x4xf32>, %b : i1)
    // CHECK: call @sparseopt_rt_gpu_tensor_map(%[[STATE]], %[[PTR]], %[[PTR]], %[[PTR]])
    call @sparseopt_rt_gpu_tensor_map(%ptr, %ptr, %ptr) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
    // The parameter by value: its own address goes into the array.
    // CHECK: llvm.store %[[PTR]], %{{.*}} : !llvm.ptr, !llvm.ptr
    // CHECK: call @sparseopt_rt_gpu_launch(%[[STATE]]
    gpu.launch_func @kernels::@map blocks in (%c1, %c1, %c1) threads in (%c256, %c1, %c1) args(%ptr : !llvm.ptr) {sparsity.pdl}
    %zero = arith.constant 0 : i32
    return %zero : i32
  }
  gpu.module @kernels {
    gpu.func @k(%x: memref<?x4xf32>, %b: i1) kernel {
      gpu.return
    }
    llvm.func @map(%map: !llvm.ptr {llvm.byval = !llvm.array<128 x i8>, llvm.align = 64 : i64}) attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
}
