//===- Passes.td - Conversion passes -----------------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Passes that leave one of this project's dialects.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_PASSES_TD
#define SPARSEOPT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// LinalgToGPU, GPUToRuntime
//===----------------------------------------------------------------------===//

def ConvertLinalgToGPUPass : Pass<"sparsity-linalg-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Turn linalg on buffers into GPU kernels and their launches";
  let description = [{
    Every `linalg` op, copy and store in an entry function becomes a
    `gpu.launch_func`; buffers are taken to be memory of the GPU, and the
    function goes on as the program of the host, which computes sizes and
    launches. Kernels are functions of the module `@kernels`; equal ones are
    shared.

    | operation | kernel |
    |---|---|
    | without reduction | one thread per element of the iteration space |
    | reduction of f32, f64, i32 or i64 along a contiguous dimension of an input, by one known operation | one block per result, of 256 threads, or 32 for reductions of less than 1024 elements |
    | other reductions | one thread per result, a loop over the reduction |

    A load or store of an element that is left on the host, a parallel loop and
    a call are errors.

    Before:
    ```
    linalg.fill ins(%zero : f32) outs(%y : memref<?x64xf32>)
    ```
    After:
    ```
    gpu.launch_func @kernels::@fill blocks in (%n, %c1, %c1) threads in (%c256, %c1, %c1) args(%y : memref<?x64xf32>, %zero : f32, ...)
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::func::FuncDialect",
    "::mlir::gpu::GPUDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def ExpandGPUReductionsPass : Pass<"sparsity-expand-gpu-reductions",
                                   "::mlir::gpu::GPUModuleOp"> {
  let summary = "Turn reductions over a block into shuffles and shared memory";
  let description = [{
    Upstream's expansion of `gpu.all_reduce`, which exists there as patterns
    only.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::gpu::GPUDialect", "::mlir::memref::MemRefDialect"];
}

def ConvertKernelsToNVVMPass : Pass<"sparsity-kernels-to-nvvm",
                                    "::mlir::gpu::GPUModuleOp"> {
  let summary = "Convert functions, buffers and branches of kernels to the LLVM dialect";
  let description = [{
    Runs after `arith` and `math` were converted. Unlike upstream's
    `convert-gpu-to-nvvm`, it accepts the intrinsics that these became, and calls no
    function of libdevice.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::NVVM::NVVMDialect"];
}

def ConvertGPUToRuntimePass : Pass<"sparsity-gpu-to-runtime",
                                   "::mlir::ModuleOp"> {
  let summary = "Turn launches of kernels into calls of the run-time support";
  let description = [{
    Runs after `sparsity-emit-c-abi=gpu`. A `gpu.launch_func` in the body of an entry
    becomes a call of `sparseopt_rt_gpu_launch` with an array of pointers to
    the kernel's parameters; a buffer is passed as the fields of its descriptor,
    in the order in which `convert-gpu-to-nvvm` expands it in the kernel. An
    operand whose parameter is `llvm.byval` is a pointer to the value. The unit
    attribute `sparsity.pdl` asks for programmatic dependent launch. Calls of
    `sparseopt_rt_gpu_tensor_map(map, array, description)` get the state of the
    call as one more operand, the first. The module attribute `sparsity.kernels` lists the kernels in the order of their numbers.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
}

//===----------------------------------------------------------------------===//
// NVSPToLLVM
//===----------------------------------------------------------------------===//

def ConvertNVSPToLLVMPass : Pass<"sparsity-nvsp-to-llvm"> {
  let summary = "Lower matrix instructions to inline PTX";
  let description = [{
    An instruction of the nvsp dialect becomes one inline assembly whose sums are tied to its results;
    an accumulator becomes a struct of its registers, also where `scf` carries it.

    ```mlir
    llvm.func @product(%acc: !llvm.struct<(f32, f32, f32, f32)>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32, %to: !llvm.ptr) {
      %0 = llvm.extractvalue %acc[0] : !llvm.struct<(f32, f32, f32, f32)>
      %1 = nvsp.acc_pack %0, %0, %0, %0 : f32 -> !nvsp.acc<16x8xf32>
      %2 = nvsp.mma_sp %1, %a : bf16, %b : bf16, %e select 0 : !nvsp.acc<16x8xf32>
      %3:4 = nvsp.acc_unpack %2 : !nvsp.acc<16x8xf32>
      llvm.store %3#0, %to : f32, !llvm.ptr
      llvm.return
    }
    ```
    becomes `mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.bf16.bf16.f32` on
    the registers of the four operands.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

//===----------------------------------------------------------------------===//
// PackedToCPU
//===----------------------------------------------------------------------===//

def ConvertPackedToCPUPass : Pass<"sparsity-to-cpu", "::mlir::ModuleOp"> {
  let summary = "Lower packed layers to generated CPU kernels";
  let description = [{
    Emits one private function per distinct kernel (family, parameters, element
    types, epilogue and static sizes) and turns each `packed.linear` into a call
    of it; a choice by tokens becomes a chain of comparisons. Packed constants
    become constant `memref.global`s. Rewrites only `packed` ops, on tensors or on
    memrefs, so that a pipeline may go on with upstream's passes.

    A kernel function takes bare pointers: the activation, the packed weight, the
    epilogue's operands, the destination, the number of tokens and scratch
    memory. Its calls carry the name of the layer as `sparsity.layer`.

    An operand that is not contiguous is copied first. A weight that is not a
    `packed.constant`, an unknown kernel and a leftover `packed.pack` or
    `packed.unpack` are errors.

    Before:
    ```
    packed.linear ins(%x, %p : memref<128x384xf32>, !packed.weight<...>) outs(%y : memref<128x1536xf32>) kernel = #sparsity.kernel<"cpu.dense">
    ```
    After:
    ```
    call @sparsity_cpu_dense_1536x384_0123456789abcdef(%px, %pw, %py, %tokens, %scratch) {sparsity.layer = "up"} : (...) -> ()
    ```
  }];
  let options = [
    Option<"targetCPU", "target-cpu", "std::string", "\"host\"",
           "CPU to generate for: host, an LLVM CPU name or an x86-64 level">,
    Option<"machineFile", "machine", "std::string", "\"\"",
           "Machine description to read instead (YAML)">,
    Option<"threading", "threading", "std::string", "\"omp\"",
           "omp: kernels spread their work with scf.parallel; none: they do not">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// PackedToNVVM
//===----------------------------------------------------------------------===//

def ConvertPackedToNVVMPass : Pass<"sparsity-to-nvvm", "::mlir::ModuleOp"> {
  let summary = "Lower packed layers to generated kernels for NVIDIA devices";
  let description = [{
    Emits one kernel per distinct choice (family, parameters, element types, epilogue
    and sizes) into the `gpu.module` `sparsity_kernels` and turns each `packed.linear` into
    a launch of it; a choice by tokens becomes a chain of comparisons. Kernels are made
    of `scf`, `arith`, `nvvm` and `nvsp` operations. All buffers are taken to be in device memory.

    Arguments of a kernel: the activations, as a tensor map made at run time
    by `sparseopt_rt_gpu_tensor_map` or as a pointer, the packed weight, the epilogue's operands, the
    destination and the number of tokens. Launches carry the name of the layer as
    `sparsity.layer`, and `sparsity.pdl`, which says that the kernel may start before the one
    before it has ended.

    Before:
    ```
    packed.linear ins(%x, %p : memref<16x4096xbf16>, !packed.weight<...>) outs(%y : memref<16x4096xbf16>) kernel = #sparsity.kernel<"nvsp.wgmma_stream", {...}>
    ```
    After:
    ```
    gpu.launch_func @sparsity_kernels::@sparsity_nvsp_wgmma_stream_4096x4096_0123456789abcdef blocks in (...) threads in (...) dynamic_shared_memory_size %bytes args(%map, %pw, %py, %tokens) {sparsity.layer = "up", sparsity.pdl}
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"sm_90a\"",
           "Device to generate for: sm_80, sm_86, sm_89 or sm_90a">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::func::FuncDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::sparseopt::nvsp::NVSPDialect"
  ];
}

//===----------------------------------------------------------------------===//
// SparsityToLinalg
//===----------------------------------------------------------------------===//

def ConvertSparsityToLinalgPass : Pass<"sparsity-to-linalg"> {
  let summary = "Lower linears that no kernel was chosen for to linalg";
  let description = [{
    A `sparsity.linear` without a kernel becomes a `linalg.matmul` (with other
    than one token dim: `linalg.contract`), summed in the accumulator's type, and
    one `linalg.generic` with its epilogue. A `sparsity.weight` that no linear
    uses any more becomes an `arith.constant`. Linears with a kernel stay, for
    `sparsity-pack-weights`. A leftover `sparsity.prune` is an error.

    ```mlir
    func.func @layer(%x: tensor<?x8xf32>, %init: tensor<?x4xf32>, %w: tensor<4x8xf32>) -> tensor<?x4xf32> {
      %y = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
    becomes
    ```mlir
    func.func @layer(%x: tensor<?x8xf32>, %init: tensor<?x4xf32>, %w: tensor<4x8xf32>) -> tensor<?x4xf32> {
      %zero = arith.constant 0.0 : f32
      %0 = linalg.fill ins(%zero : f32) outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
      %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// SparsityToSparseTensor
//===----------------------------------------------------------------------===//

def ConvertSparsityToSparseTensorPass
    : Pass<"sparsity-to-sparse-tensor", "::mlir::ModuleOp"> {
  let summary = "Give sparse weights to upstream's sparsifier";
  let description = [{
    The general path for layers that no kernel was chosen for: a weight with the
    pattern `unstructured` becomes a constant in CSR format, one with a `block`
    pattern of rank 2 a constant in BSR format, each a `sparse_tensor.assemble` of
    constant buffers; the layer becomes a `linalg.generic` on it, followed by its
    epilogue. Upstream's `--sparsifier` compiles the result.

    Left alone, with a missed remark that gives the reason, are layers where
    upstream 22 is known to go wrong or to reject the program: blocks that do not
    divide the weight (nonzeros are dropped) or are as large as it, N:M weights (`structured` levels
    corrupt groups that hold fewer than N nonzeros), f16 and bf16 (summed in the
    narrow type), and weights that something else than a layer without a kernel
    reads.

    Before:
    ```
    %w = sparsity.weight "up" dense_resource<k> pattern [#sparsity.unstructured] : tensor<1536x384xf32>
    %y = sparsity.linear ins(%x, %w : ...) outs(%i : ...) -> tensor<128x1536xf32>
    ```
    After:
    ```
    %w = sparse_tensor.assemble (%positions, %coordinates), %values : ... to tensor<1536x384xf32, #CSR>
    %y = linalg.generic ... ins(%x, %w : ...) outs(%zero : ...)
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::sparse_tensor::SparseTensorDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // SPARSEOPT_CONVERSION_PASSES_TD
