//===- StagePlan.cpp - Where to cut a network -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stages are runs of the program's own order, so that any cut is valid; among
// the cuts between two blocks the one with the fewest bytes is taken, which is
// the residual stream of a transformer.
//
//===----------------------------------------------------------------------===//

#include "StagePlan.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace sparseopt;

StagePlan::StagePlan(func::FuncOp function) : function(function) {
  for (Operation &op : function.front()) {
    positions[&op] = operations.size();
    operations.push_back(&op);
    bool isCopiedKind = op.hasTrait<OpTrait::ConstantLike>() ||
                        isa<sparsity::WeightOp, sparsity::PruneOp,
                            tensor::EmptyOp, linalg::FillOp, tensor::CastOp,
                            tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op);
    bool readsCopied = llvm::all_of(op.getOperands(), [&](Value operand) {
      return operand.getDefiningOp() &&
             copied.contains(operand.getDefiningOp());
    });
    if (isCopiedKind && readsCopied)
      copied.insert(&op);
  }
}

int64_t StagePlan::getPosition(Operation *op) const {
  return positions.lookup(function.front().findAncestorOpInBlock(*op));
}

/// The name of the block that a weight belongs to; empty for none.
static StringRef getBlockName(StringRef weight, const llvm::Regex &blocks) {
  SmallVector<StringRef> matches;
  if (!blocks.match(weight, &matches))
    return "";
  bool hasGroup = matches.size() > 1 && !matches[1].empty();
  return hasGroup ? matches[1] : matches[0];
}

FailureOr<std::vector<StagePlan::BlockRange>>
StagePlan::findBlocks(const llvm::Regex &blocks) {
  llvm::MapVector<StringRef, BlockRange> found;
  function.walk([&](sparsity::LinearOp linear) {
    Value weight = linear.getWeight();
    while (auto prune = weight.getDefiningOp<sparsity::PruneOp>())
      weight = prune.getWeight();
    auto op = weight.getDefiningOp<sparsity::WeightOp>();
    StringRef name = op ? getBlockName(op.getName(), blocks) : "";
    if (name.empty())
      return;
    int64_t position = getPosition(linear);
    auto [entry, isNew] =
        found.try_emplace(name, BlockRange{name.str(), position, position});
    entry->second.last = std::max(entry->second.last, position);
  });
  std::vector<BlockRange> ranges;
  for (auto &entry : found)
    ranges.push_back(entry.second);
  llvm::sort(ranges, [](const BlockRange &lhs, const BlockRange &rhs) {
    return lhs.first < rhs.first;
  });
  for (size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].first <= ranges[i - 1].last)
      return function.emitError()
             << "blocks '" << ranges[i - 1].name << "' and '" << ranges[i].name
             << "' interleave; they cannot be pruned one after the other";
  return ranges;
}

llvm::SetVector<Value> StagePlan::getCrossing(int64_t cut) const {
  llvm::SetVector<Value> crossing;
  auto add = [&](Value value) {
    bool isUsedLater = llvm::any_of(value.getUsers(), [&](Operation *user) {
      return getPosition(user) >= cut && !copied.contains(user);
    });
    if (isUsedLater)
      crossing.insert(value);
  };
  for (Value argument : function.getArguments())
    add(argument);
  for (int64_t position = 0; position < cut; ++position)
    if (!copied.contains(operations[position]))
      for (Value result : operations[position]->getResults())
        add(result);
  return crossing;
}

static int64_t getNumBytes(const llvm::SetVector<Value> &values) {
  int64_t bytes = 0;
  for (Value value : values) {
    auto type = dyn_cast<ShapedType>(value.getType());
    bool isKnown =
        type && type.hasStaticShape() && type.getElementType().isIntOrFloat();
    // What cannot cross is avoided at any price.
    bytes += isKnown
                 ? llvm::divideCeil(
                       type.getNumElements() * type.getElementTypeBitWidth(), 8)
                 : int64_t(1) << 50;
  }
  return bytes;
}

int64_t StagePlan::chooseCut(int64_t first, int64_t last) const {
  int64_t best = first;
  int64_t bestBytes = std::numeric_limits<int64_t>::max();
  for (int64_t cut = first; cut <= last; ++cut) {
    int64_t bytes = getNumBytes(getCrossing(cut));
    if (bytes < bestBytes) {
      best = cut;
      bestBytes = bytes;
    }
  }
  return best;
}

LogicalResult StagePlan::cut(ArrayRef<BlockRange> ranges) {
  int64_t end = int64_t(operations.size()) - 1;
  int64_t begin = 0;
  auto addStage = [&](StringRef name, int64_t stageEnd) {
    Stage stage{name.str(), begin, stageEnd, getCrossing(begin)};
    if (begin == 0)
      stage.inputs = llvm::SetVector<Value>(function.getArguments().begin(),
                                            function.getArguments().end());
    begin = stageEnd;
    stages.push_back(std::move(stage));
  };
  // Whatever comes before the first block is a stage of its own, be it empty.
  addStage("before", chooseCut(0, ranges.front().first));
  for (auto [index, range] : llvm::enumerate(ranges)) {
    int64_t next = index + 1 < ranges.size() ? ranges[index + 1].first : end;
    addStage(range.name, chooseCut(range.last + 1, next));
  }
  addStage("after", end + 1);
  return verify();
}

LogicalResult StagePlan::verify() {
  for (const Stage &stage : stages)
    for (Value value : stage.inputs) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || !type.hasStaticShape())
        return mlir::emitError(value.getLoc())
               << "a value of type " << value.getType()
               << " crosses into stage '" << stage.name
               << "'; only tensors of static shape may";
    }
  for (Operation *op : operations) {
    auto prune = dyn_cast<sparsity::PruneOp>(op);
    if (!prune)
      continue;
    llvm::SetVector<const Stage *> users;
    for (const Stage &stage : stages)
      for (Operation *user : prune.getResult().getUsers())
        if (!copied.contains(user) && getPosition(user) >= stage.begin &&
            getPosition(user) < stage.end)
          users.insert(&stage);
    if (users.size() > 1)
      return prune.emitError()
             << "is on a weight of stages '" << users[0]->name << "' and '"
             << users[1]->name << "'; it cannot be pruned in both";
  }
  return success();
}

FailureOr<StagePlan> StagePlan::create(func::FuncOp function,
                                       const llvm::Regex &blocks) {
  StagePlan plan(function);
  FailureOr<std::vector<BlockRange>> ranges = plan.findBlocks(blocks);
  if (failed(ranges))
    return failure();
  if (ranges->empty() || failed(plan.cut(*ranges)))
    return failure();
  return plan;
}
