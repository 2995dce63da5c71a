//===- Lowerings.h - From linalg on buffers to vector loops -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function per way of writing a linalg op on buffers as loops over vectors.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_LOWERINGS_H
#define SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_LOWERINGS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

#include <string>

namespace sparseopt {

/// What the lowerings need to know about the target.
struct VectorTarget {
  /// Elements of 32 bits in a vector register.
  int64_t lanes = 16;
  /// Vector registers.
  int64_t registers = 32;

  /// Elements of `type` that one vector holds in generated code. All vectors of
  /// one loop have as many elements; wider types take several registers.
  int64_t getLanes() const { return lanes; }
};

/// A contraction of floats becomes a register-tiled loop nest that keeps a block
/// of the result in registers. Fails if the result and one operand do not lie
/// along a common dimension.
mlir::LogicalResult lowerContraction(mlir::RewriterBase &rewriter,
                                     mlir::linalg::LinalgOp op,
                                     const VectorTarget &target);

/// A copy whose innermost dimensions differ becomes transposes of square
/// blocks in registers.
mlir::LogicalResult lowerTranspose(mlir::RewriterBase &rewriter,
                                   mlir::linalg::LinalgOp op,
                                   const VectorTarget &target);

/// Any op whose body can be computed on vectors along one dimension. `why` says
/// what stands against it.
mlir::LogicalResult lowerGeneric(mlir::RewriterBase &rewriter,
                                 mlir::linalg::LinalgOp op,
                                 const VectorTarget &target, std::string &why);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_LOWERINGS_H
