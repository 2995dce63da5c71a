//===- StagePlan.h - Where to cut a network ---------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the calibrate phase: the operations of a function in stages, and
// the values that cross from one to the next.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_CALIBRATE_STAGEPLAN_H
#define SPARSEOPT_LIB_TRANSFORMS_CALIBRATE_STAGEPLAN_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Regex.h"

#include <string>
#include <vector>

namespace sparseopt {

/// Consecutive operations of a function.
struct Stage {
  std::string name;
  /// Positions in the function's block; `end` is one past the last.
  int64_t begin = 0;
  int64_t end = 0;
  /// Values that come from before `begin` and are used there or later.
  llvm::SetVector<mlir::Value> inputs;
};

class StagePlan {
public:
  /// Plans the stages of `function`. Reports what makes it impossible.
  static mlir::FailureOr<StagePlan> create(mlir::func::FuncOp function,
                                           const llvm::Regex &blocks);

  const std::vector<Stage> &getStages() const { return stages; }
  llvm::ArrayRef<mlir::Operation *> getOperations() const { return operations; }

  /// Whether every stage has its own copy of `op`: constants, weights, requests
  /// and empty tensors.
  bool isCopied(mlir::Operation *op) const { return copied.contains(op); }

private:
  explicit StagePlan(mlir::func::FuncOp function);

  struct BlockRange {
    std::string name;
    int64_t first, last;
  };

  mlir::FailureOr<std::vector<BlockRange>>
  findBlocks(const llvm::Regex &blocks);
  int64_t getPosition(mlir::Operation *op) const;
  /// Values that are defined before position `cut` and used from there on.
  llvm::SetVector<mlir::Value> getCrossing(int64_t cut) const;
  int64_t chooseCut(int64_t first, int64_t last) const;
  mlir::LogicalResult cut(llvm::ArrayRef<BlockRange> ranges);
  mlir::LogicalResult verify();

  /// Mutable, since operations have no const interface.
  mutable mlir::func::FuncOp function;
  std::vector<mlir::Operation *> operations;
  llvm::DenseMap<mlir::Operation *, int64_t> positions;
  llvm::DenseSet<mlir::Operation *> copied;
  std::vector<Stage> stages;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_CALIBRATE_STAGEPLAN_H
