//===- ShrinkPlan.h - What can be removed from a module ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The indices that can be removed from every tensor of a module, by the facts about
// its values.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_SHRINKPLAN_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_SHRINKPLAN_H

#include "DimClasses.h"

#include "sparse-opt/Analysis/Sparsity/SparsityAnalysis.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace sparseopt::facts {

/// Whether `value` can be made again with other dims for each use: constants,
/// empty tensors, and fills of those.
bool isAdaptable(mlir::Value value);

/// Collects what each op of a module needs, and solves it.
class ShrinkPlan {
public:
  ShrinkPlan(mlir::Operation *top, const SparsityAnalysis &analysis,
             bool assumeFinite);

  /// The indices to remove along `dim` of the tensor at this use.
  IndexSet getRemoved(mlir::OpOperand &use, int64_t dim) const;
  IndexSet getRemoved(mlir::Value value, int64_t dim) const;
  bool removesFrom(mlir::Value value) const;
  bool removesFrom(mlir::OpOperand &use) const;
  /// Why slices of a dim have to stay.
  llvm::StringRef getReason(mlir::Value value, int64_t dim) const;

  /// More of `value` is needed than its uses ask for.
  void require(mlir::Value value, int64_t dim, const IndexSet &indices,
               llvm::StringRef reason);
  /// All of the constant at this use is needed.
  void require(mlir::OpOperand &use, llvm::StringRef reason) {
    needAll(use, reason);
  }
  void solve() { classes.solve(); }
  bool removesAnything() const { return classes.removesAnything(); }

  /// Inputs of a linear that are constant but not zero: their share of the result
  /// has to be added to it if they are removed.
  SliceMap getFoldedInputs(sparsity::LinearOp op) const;

private:
  using Id = DimClasses::Id;

  std::optional<Id> get(mlir::OpOperand &use, int64_t dim);
  std::optional<Id> get(mlir::Value value, int64_t dim);
  void tie(std::optional<Id> a, std::optional<Id> b);
  void needAll(mlir::OpOperand &use, llvm::StringRef reason);
  void needAll(mlir::Value value, llvm::StringRef reason);
  void needDim(std::optional<Id> id, llvm::StringRef reason);

  void visit(mlir::Operation *op);
  void visitUnknown(mlir::Operation *op);
  void visitLinalg(mlir::linalg::LinalgOp op);
  void visitLinear(sparsity::LinearOp op);
  void visitElementwise(mlir::Operation *op);
  void visitReshape(mlir::OpOperand &source, mlir::Value target,
                    llvm::ArrayRef<mlir::ReassociationIndices> groups,
                    bool collapses);
  void visitSlice(mlir::tensor::ExtractSliceOp op);
  void visitInsert(mlir::tensor::InsertSliceOp op);
  void visitPad(mlir::tensor::PadOp op);
  void visitConcat(mlir::tensor::ConcatOp op);
  void visitSoftmax(mlir::Operation *op, int64_t summedDim);

  const SparsityAnalysis &analysis;
  bool assumeFinite;
  DimClasses classes;
};

} // namespace sparseopt::facts

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_SHRINKPLAN_H
