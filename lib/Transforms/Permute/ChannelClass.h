//===- ChannelClass.h - Channels that move together ------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which dims of which values have to be reordered together so that a program computes
// the same: found by following a channel dim through all that produces and uses it,
// until it ends in constants, whose values can be reordered once and for all.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_PERMUTE_CHANNELCLASS_H
#define SPARSEOPT_LIB_TRANSFORMS_PERMUTE_CHANNELCLASS_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include <string>

namespace sparseopt {

/// Where the channels of a class lie in a value.
struct ChannelDims {
  /// The dim that is reordered.
  int64_t dim = 0;
  /// If channels move within blocks and the blocks are a dim of their own: that
  /// dim, whose index modulo the number of blocks says which block it is. -1 if
  /// `dim` holds all channels.
  int64_t blockDim = -1;

  bool operator==(const ChannelDims &other) const {
    return dim == other.dim && blockDim == other.blockDim;
  }
};

/// A constant whose values are reordered.
struct ChannelConstant {
  /// A weight or another constant.
  mlir::Operation *op = nullptr;
  /// For a constant that is no weight, the use that reads the reordered values;
  /// its other uses go on reading the original.
  mlir::OpOperand *use = nullptr;
  ChannelDims dims;
};

/// An op as loops over its operands and results.
struct LoopNest {
  llvm::SmallVector<std::pair<mlir::OpOperand *, mlir::AffineMap>> operands;
  llvm::SmallVector<std::pair<mlir::Value, mlir::AffineMap>> results;
};

/// The channels that a linear layer contracts, and all that moves with them.
class ChannelClass {
public:
  /// Follows the channels of the inputs of `linear`.
  static ChannelClass find(sparsity::LinearOp linear);

  /// Number of channels.
  int64_t size = 0;
  /// Channels move within blocks of this many; `size` if there is one block.
  int64_t block = 0;
  std::vector<ChannelConstant> constants;
  /// The weights that contract the channels, in program order of discovery.
  llvm::SetVector<mlir::Operation *> consumers;

  /// The op that fixes the order of the channels, and a phrase that says why; null
  /// if nothing does.
  mlir::Operation *obstacle = nullptr;
  std::string reason;

private:
  bool follow(sparsity::LinearOp linear);
  bool visitValue(mlir::Value value, ChannelDims dims, mlir::OpOperand *use);
  bool visitOp(mlir::Operation *op, mlir::Value value, ChannelDims dims,
               mlir::OpOperand *use);
  bool visitLoops(mlir::Operation *op, const LoopNest &loops,
                  mlir::AffineMap map, ChannelDims dims);
  bool visitReshape(mlir::Operation *op, mlir::Value value, ChannelDims dims);
  bool visitSlice(mlir::Operation *op, mlir::Value value, ChannelDims dims);
  bool visitConstant(mlir::Operation *op, ChannelDims dims,
                     mlir::OpOperand *use);
  std::optional<ChannelDims>
  mapReshape(mlir::Operation *op, mlir::RankedTensorType from,
             mlir::RankedTensorType to,
             llvm::ArrayRef<llvm::SmallVector<int64_t, 2>> groups,
             ChannelDims dims, bool isCollapse);
  bool stop(mlir::Operation *op, const llvm::Twine &why);
  bool reach(mlir::Value value, ChannelDims dims, mlir::OpOperand *use);

  struct Task {
    mlir::Value value;
    ChannelDims dims;
    mlir::OpOperand *use;
  };
  llvm::SmallVector<Task> worklist;
  /// The dims at which each value was reached.
  llvm::DenseMap<mlir::Value, llvm::SmallVector<ChannelDims, 1>> reached;
  llvm::DenseSet<std::pair<mlir::OpOperand *, int64_t>> reachedUses;
  /// Set when the walk has to start again with smaller blocks.
  bool wantsRestart = false;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_PERMUTE_CHANNELCLASS_H
