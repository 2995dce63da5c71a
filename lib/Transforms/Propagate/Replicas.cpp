//===- Replicas.cpp - Copies of broadcasts for each user --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A broadcast is cheap to compute again, and so are reshapes and elementwise
// functions of one.
//
//===----------------------------------------------------------------------===//

#include "Replicas.h"

#include "ShrinkPlan.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

/// Whether a dim of the result is one that no input has.
static bool broadcasts(linalg::LinalgOp op) {
  AffineMap result = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  return llvm::any_of(result.getResults(), [&](AffineExpr expr) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    return loop && llvm::none_of(op.getDpsInputOperands(), [&](OpOperand *in) {
             return op.getMatchingIndexingMap(in).isFunctionOfDim(
                 loop.getPosition());
           });
  });
}

static bool isReplicable(Operation *op) {
  if (!op || op->getNumResults() != 1 || !isMemoryEffectFree(op))
    return false;
  if (isAdaptable(op->getResult(0)))
    return false;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp && !isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
    return false;
  if (linalgOp && (!linalgOp.hasPureTensorSemantics() ||
                   linalgOp.getNumReductionLoops() > 0))
    return false;
  if (linalgOp && broadcasts(linalgOp))
    return true;
  // A function of a broadcast alone.
  SmallVector<Value> sources;
  for (Value operand : op->getOperands())
    if (isa<RankedTensorType>(operand.getType()) && !isAdaptable(operand))
      sources.push_back(operand);
  return sources.size() == 1 && isReplicable(sources.front().getDefiningOp());
}

void Replicas::replicate(Operation *op) {
  SmallVector<Operation *> users;
  for (Operation *user : op->getUsers())
    if (!llvm::is_contained(users, user))
      users.push_back(user);
  if (users.size() < 2)
    return;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  SmallVector<Operation *> group = {op};
  for (Operation *user : ArrayRef(users).drop_front()) {
    group.push_back(builder.clone(*op));
    user->replaceUsesOfWith(op->getResult(0), group.back()->getResult(0));
  }
  groups.push_back(std::move(group));
}

Replicas::Replicas(Operation *top) {
  SmallVector<Operation *> ops;
  top->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isReplicable(op))
      ops.push_back(op);
  });
  // Users first: their copies use more of what they read.
  for (Operation *op : llvm::reverse(ops))
    replicate(op);
}

/// Whether two ops are equal, where operands may be made by equal ops for each
/// use.
static bool isEqual(Operation *a, Operation *b) {
  // Values in the regions of both.
  DenseMap<Value, Value> inner;
  return OperationEquivalence::isEquivalentTo(
      a, b,
      [&](Value left, Value right) {
        return success(left == right || inner.lookup(left) == right ||
                       (isAdaptable(left) && isAdaptable(right) &&
                        isEqual(left.getDefiningOp(), right.getDefiningOp())));
      },
      [&](Value left, Value right) { inner[left] = right; },
      OperationEquivalence::Flags::IgnoreLocations);
}

static void eraseWithOperands(Operation *op) {
  SmallVector<Value> operands(op->getOperands());
  op->erase();
  for (Value operand : operands)
    if (operand.use_empty() && isAdaptable(operand))
      eraseWithOperands(operand.getDefiningOp());
}

void Replicas::merge() {
  for (SmallVector<Operation *> &group : llvm::reverse(groups)) {
    SmallVector<Operation *> kept;
    for (Operation *op : group) {
      auto *equal = llvm::find_if(
          kept, [&](Operation *other) { return isEqual(other, op); });
      if (equal == kept.end()) {
        kept.push_back(op);
        continue;
      }
      op->getResult(0).replaceAllUsesWith((*equal)->getResult(0));
      eraseWithOperands(op);
    }
  }
  groups.clear();
}
