//===- VectorPlan.h - How a linalg op is vectorised -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dimension that vectors lie along, and the parts that the other loops play.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_VECTORPLAN_H
#define SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_VECTORPLAN_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <string>

namespace sparseopt {

/// An output that does not lie along the vector dimension, which is a reduction.
struct Reduction {
  int64_t output;
  mlir::vector::CombiningKind kind;
  /// The op that joins a new value with the accumulator, and the new value.
  mlir::Operation *combiner;
  mlir::Value addend;
};

/// Decisions about one op; they hold for buffers of any size.
struct VectorPlan {
  mlir::linalg::LinalgOp op;
  /// Vectors lie along this loop.
  int64_t loop = -1;
  /// Parallel and reduction loops other than `loop`, from the outside inwards.
  llvm::SmallVector<int64_t> outerLoops, reductionLoops;
  bool isReduction = false;
  /// Horizontal reductions; empty unless `isReduction`.
  llvm::SmallVector<Reduction> reductions;

  const Reduction *getReduction(int64_t output) const;
  /// Whether the output keeps one value while the reduction loops run.
  bool isAccumulated(int64_t output) const;
};

/// Finds a dimension for vectors; otherwise `why` says what stands against it.
mlir::FailureOr<VectorPlan> planVectors(mlir::linalg::LinalgOp op,
                                        int64_t lanes, std::string &why);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_VECTORPLAN_H
