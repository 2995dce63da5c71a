//===- Passes.td - Passes of the vectorize phase -----------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a model does outside its linear layers, on buffers: linalg becomes loops over
// vectors.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_VECTORIZE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_VECTORIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def VectorizePass
    : InterfacePass<"sparsity-vectorize", "::mlir::FunctionOpInterface"> {
  let summary = "Turn linalg on buffers into loops over vectors";
  let description = [{
    Sizes may be static or dynamic; the last vector of a row is masked.

    - A contraction of floats keeps a block of its result in registers: rows times
      two vectors. A fill with zeros right before it disappears.
    - A copy between different innermost dimensions transposes square blocks in
      registers.
    - Any other op whose body has a vector form becomes loops with
      vectors along one dimension, the last one of all operands that have it.
      Values that do not change along it are computed in front of
      the vector loop. A reduction along it uses four independent accumulators: its
      order changes, and so may the sign of a zero that is a maximum or minimum.

    What fits none of these stays as it is, with a remark of the category
    `sparsity` that says why.

    ```
    linalg.generic ... ins(%x, %m : memref<8x64xf32>, memref<8xf32>) outs(%y : memref<8x64xf32>) { subf }
    ```
    becomes
    ```
    scf.for %i = %c0 to %c8 step %c1 {
      %s = memref.load %m[%i]
      scf.for %j = %c0 to %c64 step %c16 {
        %v = vector.load %x[%i, %j]
        %d = arith.subf %v, (vector.broadcast %s)
        vector.store %d, %y[%i, %j]
      }
    }
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", /*default=*/"16",
           "Elements per vector; a power of two (16 for AVX-512, 8 for AVX2)">,
    Option<"registers", "registers", "int64_t", /*default=*/"32",
           "Vector registers of the target (16 for AVX2)">];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def HoistLoopBuffersPass
    : InterfacePass<"sparsity-hoist-loop-buffers", "::mlir::FunctionOpInterface"> {
  let summary = "Move buffers of varying size out of loops";
  let description = [{
    A `memref.alloc` in a loop whose size changes from iteration to iteration
    becomes a view of one buffer in front of the outermost loop, as large as the
    largest. In an `scf.forall`, buffers of dynamic size and those above
    `stack-limit` bytes become views of one buffer with a part for each
    iteration. Smaller static buffers stay. Deallocations of moved buffers are
    removed: who runs this pass plans or frees what lies outside of loops.

    A size that no value outside of the loops bounds is an error.
  }];
  let options = [Option<"stackLimit", "stack-limit", "int64_t",
                        /*default=*/"65536",
                        "Largest static buffer, in bytes, that stays in a "
                        "parallel loop">];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif // SPARSEOPT_TRANSFORMS_VECTORIZE_PASSES_TD
