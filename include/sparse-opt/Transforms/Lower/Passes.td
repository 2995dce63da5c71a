//===- Passes.td - Passes of the lowering phase ------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The passes that turn a module of public functions on tensors into a library
// with a C interface: who owns which buffer, where weights lie, what a caller
// passes. Everything between them is upstream's.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_LOWER_PASSES_TD
#define SPARSEOPT_TRANSFORMS_LOWER_PASSES_TD

include "mlir/Pass/PassBase.td"

def PrepareEntriesPass : Pass<"sparsity-prepare-entries", "mlir::ModuleOp"> {
  let summary = "Check entry functions and make them ready for bufferization";
  let description = [{
    An entry is a public function with a body. Each argument and result has to
    be a ranked tensor of integers or floats of 8, 16, 32 or 64 bits (or `i1`,
    one byte per element). The pass

    - refuses signatures that have no C spelling, and `ml_program.global`;
    - marks tensor arguments `bufferization.writable = false`, so that the
      caller's inputs are never overwritten;
    - gives every use of a `tensor.empty` or of a filled one its own copy, so
      that bufferization does not copy the shared one.
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect"];
}

def CheckDimsPass : Pass<"sparsity-check-dims", "mlir::ModuleOp"> {
  let summary = "Assert that dynamic dimensions of inputs fit together";
  let description = [{
    Where an operation of an entry needs two dynamic dimensions of inputs to be
    equal, or one to be a constant, a `cf.assert` at the start of the entry says
    so: a call with arrays that do not fit returns an error instead of reading
    past their ends. Dimensions that depend on data are not checked.

    ```mlir
    func.func @f(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
      %0 = arith.addf %a, %b : tensor<?xf32>
      return %0 : tensor<?xf32>
    }
    ```
    becomes
    ```mlir
    func.func @f(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %d0 = tensor.dim %a, %c0 : tensor<?xf32>
      %d1 = tensor.dim %b, %c0 : tensor<?xf32>
      %fits = arith.cmpi eq, %d0, %d1 : index
      cf.assert %fits, "dimension 0 of in0 and dimension 0 of in1 differ"
      %0 = arith.addf %a, %b : tensor<?xf32>
      return %0 : tensor<?xf32>
    }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::cf::ControlFlowDialect",
                           "mlir::tensor::TensorDialect"];
}

def DecomposeAggregatesPass
    : Pass<"sparsity-decompose-aggregates", "mlir::func::FuncOp"> {
  let summary = "Split tensor operations that have no loops of their own";
  let description = [{
    `linalg.softmax` and other aggregates become several structured operations,
    `tensor.concat` becomes insertions. What has a faster form was rewritten
    before.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::linalg::LinalgDialect",
                           "mlir::math::MathDialect",
                           "mlir::tensor::TensorDialect"];
}

def ResultsToOutParamsPass
    : Pass<"sparsity-results-to-out-params", "mlir::ModuleOp"> {
  let summary = "Write results of entry functions into buffers of the caller";
  let description = [{
    Appends one memref argument per result, marked `sparsity.role = "output"`.
    A returned allocation is replaced by the new argument, through the inverse of
    the reshapes between the two, so that nothing is copied; what is
    not an allocation of the function is copied. Inputs get `sparsity.role =
    "input"`.

    The sizes of the results are computed by a private function, named by the
    attribute `sparsity.sizes`, from the dynamic dimensions of the inputs:

    ```mlir
    func.func private @f(memref<?x4xf32> {sparsity.role = "input"},
                         memref<?x4xf32> {sparsity.role = "output"})
        attributes {sparsity.sizes = @f.sizes}
    func.func private @f.sizes(index) -> (index, index)
    ```

    A result whose size depends on data is an error.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::memref::MemRefDialect",
                           "mlir::func::FuncDialect"];
}

def OutlineLoopsPass : Pass<"sparsity-outline-loops", "mlir::ModuleOp"> {
  let summary = "Move loop nests of entries into functions of their own";
  let description = [{
    Every operation with loops in an entry's body (structured operations on
    buffers, `scf` loops) becomes a call of a private function that takes
    pointers and sizes. Pointers to different buffers are marked as such. Loop
    nests that are equal but for the buffers share one function: the
    layers of a model are compiled once.

    Calls carry what they do as `sparsity.step`. Loop nests that allocate, or
    that use buffers of unknown layout, stay.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::func::FuncDialect",
                           "mlir::LLVM::LLVMDialect",
                           "mlir::memref::MemRefDialect"];
}

def ExternalizeWeightsPass
    : Pass<"sparsity-externalize-weights", "mlir::ModuleOp"> {
  let summary = "Move constants out of the program into one blob of weights";
  let description = [{
    Every constant `memref.global` of at least `threshold` bytes gets an offset,
    a multiple of 64, in one blob; its uses become views of the
    argument that is marked `sparsity.role = "weights"`. The module attribute
    `sparsity.weights` lists name, offset and value; the emitter writes the
    blob from it, so that weights never pass through LLVM IR. Equal
    values share one place.
  }];
  let options = [Option<"threshold", "threshold", "int64_t", /*default=*/"256",
                        "Smallest constant, in bytes, that is moved">];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::memref::MemRefDialect"];
}

def HoistAllocationsPass
    : Pass<"sparsity-hoist-allocations", "mlir::ModuleOp"> {
  let summary = "Move buffers of loops out of the loops";
  let description = [{
    After it, all `memref.alloc` of an entry are in its outermost block:

    - a buffer of sequential loops is allocated once, before the outermost one,
      if its size is known there, or has a constant bound;
    - a buffer of a parallel loop becomes a `memref.alloca` of the loop's body
      if it has a constant bound of at most `stack-limit` bytes, and otherwise one
      slice per iteration of a buffer that is allocated before the loops.

    A size that depends on data and has no bound is an error.
  }];
  let options = [Option<"stackLimit", "stack-limit", "int64_t",
                        /*default=*/"65536",
                        "Largest buffer, in bytes, that a parallel loop may put "
                        "on the stack">];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::affine::AffineDialect",
                           "mlir::memref::MemRefDialect"];
}

def PlanWorkspacePass : Pass<"sparsity-plan-workspace", "mlir::ModuleOp"> {
  let summary = "Place all buffers of an entry function in one workspace";
  let description = [{
    Every `memref.alloc` of an entry becomes a view of the argument marked
    `sparsity.role = "workspace"`. Buffers that are not alive at the same time
    share memory; liveness is known per operation of the function's body.
    Sizes may depend on dynamic dimensions: buffers whose sizes are
    multiples of one product of dimensions form a group, and memory is shared
    inside a group. All offsets are multiples of 64. The private
    function named by `sparsity.sizes` returns the bytes as one more result.

    Allocations inside of loops are moved out by sparsity-hoist-allocations
    before.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::memref::MemRefDialect"];
}

def ExpandCopiesPass : Pass<"sparsity-expand-copies", "mlir::func::FuncOp"> {
  let summary = "Turn strided memref copies into loops";
  let description = [{
    Copies between contiguous buffers stay and become `memcpy`; for all others
    upstream would call a run-time library.
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect"];
}

def ExpandReshapesPass
    : Pass<"sparsity-expand-reshapes", "mlir::func::FuncOp"> {
  let summary = "Turn dynamic reshapes of contiguous buffers into casts";
  let description = [{
    A `memref.expand_shape` or `memref.collapse_shape` of a row-major buffer
    with dynamic sizes is a `memref.reinterpret_cast` with computed strides.
    Upstream's expansion of strided metadata crashes when two dynamic sizes come
    from one.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect",
                           "mlir::memref::MemRefDialect"];
}

def RelaxReductionsPass : Pass<"sparsity-relax-reductions"> {
  let summary = "Let float sums be computed in another order";
  let description = [{
    Adds `reassoc` and `contract` to the float additions and multiplications of
    reductions, and to `vector.reduction` and `vector.multi_reduction`
    of sums. Without it sums are 16 dependent additions per vector. Flags that
    say something about values (`nnan`, `ninf`, `nsz`) are never added.
  }];
}

def ApproximateMathPass : Pass<"sparsity-approximate-math"> {
  let summary = "Replace math functions of f32 by polynomials";
  let description = [{
    Upstream's approximations of exp, log, tanh, erf, sin, cos and others
    (relative error about 1e-7), which vectorise; without them each
    element is a call into libm. exp and erf have shorter polynomials of this
    project (relative error below 2e-7, absolute error below 1e-6). Small
    constant powers become products.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect",
                           "mlir::vector::VectorDialect"];
}

def HoistStackBuffersPass : Pass<"sparsity-hoist-stack-buffers"> {
  let summary = "Allocate stack buffers of parallel loops once per thread";
  let description = [{
    A `memref.alloca` inside the loops of an `omp.parallel` moves to the start of
    its region, where it is allocated once per thread instead of once per
    iteration; a `memref.alloca_scope` that is left without buffers gives
    way to its body. A buffer whose size is computed inside the region stays.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect",
                           "mlir::omp::OpenMPDialect"];
}

def BalanceThreadsPass : Pass<"sparsity-balance-threads", "mlir::ModuleOp"> {
  let summary = "Let threads that are free take the iterations of others";
  let description = [{
    An `omp.wsloop` without clauses that ends an `omp.parallel` becomes a loop in
    which each thread takes the iterations of a share of its own, counted by an
    atomic counter, and then what is left of the shares of others. A thread whose
    core is slow or taken does not hold up the loop, and the barrier of the
    parallel region is the only one. Each iteration is computed as before:
    results do not depend on the number of threads or on their order.

    ```mlir
    func.func @loop(%n: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      omp.parallel {
        omp.wsloop {
          omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
            omp.yield
          }
        }
        omp.terminator
      }
      return
    }
    ```

    becomes, with counters that are set to zero in front of the region,

    ```
    omp.parallel {
      %shares = ... omp_get_num_threads, at most 16
      %thread = ... omp_get_thread_num
      scf.for %visit = %c0 to %shares step %c1 {
        %share = ... (%thread + %visit) mod %shares, iterations [%begin, %end)
        scf.while : () -> index {
          %taken = memref.atomic_rmw addi %one, %counters[...]
          ... %begin + %taken < %end
        } do {
        ^bb0(%i: index):
          scf.yield
        }
      }
      omp.terminator
    }
    ```

    Loops with clauses and nested parallel regions stay as they are.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect",
                           "mlir::memref::MemRefDialect",
                           "mlir::scf::SCFDialect"];
}

def EmitCAbiPass : Pass<"sparsity-emit-c-abi", "mlir::ModuleOp"> {
  let summary = "Give every entry function its C interface";
  let description = [{
    For an entry `f` the module gets

    ```c
    int f(const sparseopt_model *, inputs..., dims..., outputs..., void *ws);
    int f_sizes(dims..., int64_t *out_dims, size_t *workspace);
    int f_packed(const sparseopt_model *, void *const *buffers,
                 const int64_t *dims, void *ws);
    int f_packed_sizes(const int64_t *dims, int64_t *out_dims, size_t *ws);
    ```

    and the original function becomes a private function on pointers. The module
    attribute `sparsity.entries` describes names, types and shapes; header and
    description string are made from it. Null pointers and negative dimensions
    are reported through the status. A name that C cannot use (a keyword, `main`,
    a function of the C library) gets the prefix.

    With `gpu` the program works on memory of a GPU: `f` and `f_packed` take a stream
    as their last argument, arrays in host memory are copied through the end of
    the workspace, and the last argument of the private function is the state that
    launches need.
  }];
  let options = [
    Option<"prefix", "prefix", "std::string", /*default=*/"\"\"",
           "Put PREFIX_ before the names of entries">,
    Option<"libraryName", "library-name", "std::string",
           /*default=*/"\"sparseopt\"",
           "Prefix for names that C cannot use as they are">,
    Option<"gpu", "gpu", "bool", /*default=*/"false",
           "The program runs on a GPU">];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect",
                           "mlir::cf::ControlFlowDialect",
                           "mlir::func::FuncDialect",
                           "mlir::memref::MemRefDialect"];
}

def ProfileStepsPass : Pass<"sparsity-profile-steps", "mlir::ModuleOp"> {
  let summary = "Time the steps of entry functions";
  let description = [{
    Puts the clock around each call that carries `sparsity.layer` or
    `sparsity.step`, in functions that sparsity-emit-c-abi made. Times of calls
    with one name are added up in the model; the module attribute
    `sparsity.profile` lists the names.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect",
                           "mlir::func::FuncDialect"];
}

def LowerAssertsPass : Pass<"sparsity-lower-asserts", "mlir::ModuleOp"> {
  let summary = "Turn failed assertions into a status of the entry function";
  let description = [{
    A `cf.assert` directly in an entry's body returns status 3 with the
    assertion's message as last error. Elsewhere (a parallel region, a
    helper function) the program prints the message and aborts.
  }];
  let dependentDialects = ["mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect",
                           "mlir::cf::ControlFlowDialect",
                           "mlir::func::FuncDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_LOWER_PASSES_TD
