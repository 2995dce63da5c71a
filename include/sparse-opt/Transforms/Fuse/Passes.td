//===- Passes.td - Passes of the fuse phase ----------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a model does outside its linear layers, on tensors: chains become one op,
// and groups of ops work on one tile after the other.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_FUSE_PASSES_TD
#define SPARSEOPT_TRANSFORMS_FUSE_PASSES_TD

include "mlir/Pass/PassBase.td"

def FuseElementwisePass
    : InterfacePass<"sparsity-fuse-elementwise", "::mlir::FunctionOpInterface"> {
  let summary = "Fuse chains of linalg ops on tensors";
  let description = [{
    Named ops that are elementwise, transposes, broadcasts, reductions, softmax
    or contractions become `linalg.generic`; reshapes move out of the way of
    fusion. Then

    - an elementwise producer joins its consumer. A cheap one with several
      consumers is computed in each of them; an expensive one (`exp`) is computed
      in its first consumer, which yields its value as one more result;
    - transposes and broadcasts of operands disappear in the indexing maps of
      contractions;
    - the division of a softmax moves behind the contraction that reads it
      (`(E / s) V = (E V) / s`), where fewer elements are divided. Only a quotient
      of an exponential by its own sum is moved;
    - an operand that a contraction reads along the reduction is transposed first
      if at least `transpose-rows` rows use it, so that vectors lie along the
      result.

    Results keep their meaning; sums are reassociated by later passes.

    ```
    %d = linalg.generic ... ins(%x, %mean) { subf }
    %s = linalg.generic ... ins(%d) { mulf, addf }
    %y = linalg.generic ... ins(%d, %s) { mulf }
    ```
    becomes
    ```
    %s = linalg.generic ... ins(%x, %mean) { subf, mulf, addf }
    %y = linalg.generic ... ins(%x, %mean, %s) { subf, mulf }
    ```
  }];
  let options = [Option<"transposeRows", "transpose-rows", "int64_t",
                        /*default=*/"4",
                        "Rows from which transposing an operand pays; 0: never">];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def TileAndFusePass
    : InterfacePass<"sparsity-tile-and-fuse", "::mlir::FunctionOpInterface"> {
  let summary = "Compute groups of linalg ops tile by tile";
  let description = [{
    A group is a linalg op and the producers that only the group reads. Its loops
    are those dimensions of the last op that no reduction of the group
    reduces and each of them carries: heads and queries of an attention,
    rows of a layer norm. Batch dimensions of the group's contractions become outer
    loops of step one; with `threads` they are an `scf.forall`. Rows
    of contractions become an inner loop of `rows` each. A group without
    contraction walks over as many rows as fit into `tile-bytes`, and with `threads`
    so does an elementwise op of at least `parallel-elements` elements.

    A remark of the category `sparsity` tells for each group what was fused, or
    why a reduction stands alone.
  }];
  let options = [
    Option<"threads", "threads", "bool", /*default=*/"false",
           "Make the outermost loop of a group parallel">,
    Option<"rows", "rows", "int64_t", /*default=*/"32",
           "Rows of a contraction per tile">,
    Option<"tileBytes", "tile-bytes", "int64_t", /*default=*/"16384",
           "Bytes of the widest value of a group without contraction per tile">,
    Option<"parallelElements", "parallel-elements", "int64_t",
           /*default=*/"32768",
           "Elements from which an elementwise op is run on threads">];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // SPARSEOPT_TRANSFORMS_FUSE_PASSES_TD
