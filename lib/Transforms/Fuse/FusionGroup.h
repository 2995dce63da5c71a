//===- FusionGroup.h - Ops that are computed together -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linalg op and the producers that nothing else reads, with the loops that they
// share.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_FUSE_FUSIONGROUP_H
#define SPARSEOPT_LIB_TRANSFORMS_FUSE_FUSIONGROUP_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "llvm/ADT/MapVector.h"

namespace sparseopt {

/// A root and its producers, all in one block, from the root upwards.
class FusionGroup {
public:
  /// Collects the producers of `root` that only the group reads and that carry all
  /// of `loops` (loops of the root), or any loop if `loops` is empty. Fills are
  /// members whoever reads them: computing one again costs little.
  FusionGroup(mlir::linalg::LinalgOp root, llvm::ArrayRef<int64_t> loops = {});

  mlir::linalg::LinalgOp getRoot() const { return root; }
  bool contains(mlir::Operation *op) const { return members.contains(op); }
  bool hasContraction() const;
  bool hasReduction() const;
  /// Members apart from fills.
  int64_t countComputations() const;

  /// Parallel loops of the root that every reduction of the group carries as
  /// parallel loops, in order: tiles along them compute nothing twice.
  llvm::SmallVector<int64_t> getTileableLoops() const;
  /// Whether `loop` is a batch dimension of every contraction of the group.
  bool isBatchLoop(int64_t loop) const;
  /// Elements of the widest member per step of `loops`; a dynamic size counts as
  /// `assumed`.
  int64_t countElementsPerStep(llvm::ArrayRef<int64_t> loops,
                               int64_t assumed) const;

  /// Members from the last to the first of the block.
  llvm::SmallVector<mlir::Operation *> getMembers() const {
    return llvm::to_vector(llvm::make_first_range(members));
  }

private:
  using LoopMap = llvm::SmallVector<int64_t>;

  bool isReadByGroupOnly(mlir::linalg::LinalgOp op) const;
  LoopMap mapLoops(mlir::linalg::LinalgOp producer) const;

  mlir::linalg::LinalgOp root;
  /// For each loop of a member the root's loop that it is, or kNone.
  llvm::MapVector<mlir::Operation *, LoopMap> members;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_FUSE_FUSIONGROUP_H
