//===- Epilogue.h - Epilogues of linears ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the elementwise ops that follow a linear, and takes them into its
// epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_IMPORT_EPILOGUE_H
#define SPARSEOPT_LIB_TRANSFORMS_IMPORT_EPILOGUE_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace sparseopt {

/// An operand of an epilogue: `value` read at `map`, over the dims of the
/// linear's result.
struct Extra {
  mlir::Value value;
  mlir::AffineMap map;
};

/// Looks through broadcasts: afterwards `extra` reads the value that was
/// broadcast.
void peelBroadcasts(Extra &extra);

/// `extra` without the unit dims that it reads at 0.
Extra dropUnitDims(mlir::OpBuilder &builder, mlir::Location loc, Extra extra);

/// If `value` holds one constant everywhere, that constant; null otherwise.
mlir::TypedAttr getSplatConstant(mlir::Value value);

/// The map with which `op` reads `operand`, over the dims of the op's result,
/// which it writes at a permutation of its loops.
mlir::AffineMap getMapOverResult(mlir::OpOperand &operand,
                                 mlir::linalg::LinalgOp op);

/// Elementwise ops of which nothing but the last result is seen outside.
struct ElementwiseGroup {
  /// In the order of their block.
  llvm::SmallVector<mlir::linalg::LinalgOp> ops;
  /// The value that the ops work on.
  mlir::Value read;
  /// From the dims of `read` to those of the linear; the constant 0 for unit
  /// dims that the linear lacks.
  llvm::SmallVector<mlir::AffineExpr> toLinear;
  /// The ops that made `read` from the linear's result without changing a
  /// value: they add or remove unit dims, transpose or cast.
  llvm::SmallVector<mlir::Operation *> views;

  /// Whether `value` is computed from `read` by the group, or `read` itself.
  bool contains(mlir::Value value) const;
};

/// The smallest group of elementwise ops that takes over all uses of `value`,
/// directly or after ops that add or remove unit dims, transpose or cast.
std::optional<ElementwiseGroup> findElementwiseGroup(mlir::Value value);

/// Takes the elementwise ops on the result of `linear` into its epilogue.
/// Returns the last linear and counts the ops.
sparsity::LinearOp fuseEpilogue(mlir::RewriterBase &rewriter,
                                sparsity::LinearOp linear, unsigned &numFused);

/// Before:
///   %y = sparsity.linear ins(%x, %w)
///   %z = tensor.collapse_shape %y [[0, 1], [2]]
/// After:
///   %c = tensor.collapse_shape %x [[0, 1], [2]]
///   %z = sparsity.linear ins(%c, %w)
/// where only tokens are regrouped and elementwise ops follow. Returns the new
/// linear, or null.
sparsity::LinearOp moveTokenReshapeToInput(mlir::RewriterBase &rewriter,
                                           sparsity::LinearOp linear);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_IMPORT_EPILOGUE_H
