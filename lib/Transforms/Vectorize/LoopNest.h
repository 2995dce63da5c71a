//===- LoopNest.h - Helpers for building loop nests -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Index arithmetic and loops shared by the lowerings of linalg on buffers.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_LOOPNEST_H
#define SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_LOOPNEST_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace sparseopt {

using BodyFn = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    mlir::Value iv, mlir::ValueRange carried)>;

/// Whether every result of the map is a constant or a dimension, each dimension at
/// most once.
bool isSimpleMap(mlir::AffineMap map);

/// Whether elements that follow each other in the last dimension of the buffer
/// follow each other in memory.
bool isContiguous(mlir::Value buffer);

/// The last dimension of the map as a loop, or -1.
int64_t getLastLoop(mlir::AffineMap map);

/// Sizes of the op's loops, read from its operands.
llvm::SmallVector<mlir::OpFoldResult>
getLoopSizes(mlir::ImplicitLocOpBuilder &b, mlir::linalg::LinalgOp op);

/// Indices of an operand for the given loop indices.
llvm::SmallVector<mlir::Value> getIndices(mlir::ImplicitLocOpBuilder &b,
                                          mlir::AffineMap map,
                                          mlir::ValueRange ivs);

/// The largest multiple of `step` that is not above `size`; `from` is a multiple.
mlir::OpFoldResult roundDown(mlir::ImplicitLocOpBuilder &b,
                             mlir::OpFoldResult size, int64_t step);

mlir::Value materialize(mlir::ImplicitLocOpBuilder &b,
                        mlir::OpFoldResult value);

/// A loop from `from` to `to`. Loops that are known to have no step are not
/// built, those with one step become straight code.
llvm::SmallVector<mlir::Value> buildLoop(mlir::ImplicitLocOpBuilder &b,
                                         mlir::OpFoldResult from,
                                         mlir::OpFoldResult to, int64_t step,
                                         mlir::ValueRange carried, BodyFn body);

/// A nest of loops of step one over `loops`, which fills `ivs`; `body` carries
/// nothing.
void buildNest(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<int64_t> loops,
               llvm::ArrayRef<mlir::OpFoldResult> sizes,
               llvm::MutableArrayRef<mlir::Value> ivs,
               llvm::function_ref<void()> body);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_VECTORIZE_LOOPNEST_H
