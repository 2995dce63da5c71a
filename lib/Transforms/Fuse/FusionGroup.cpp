//===- FusionGroup.cpp - Ops that are computed together ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows the dimensions of a root through its producers.
//
//===----------------------------------------------------------------------===//

#include "FusionGroup.h"

#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;

namespace sparseopt {

static constexpr int64_t kNone = -1;
/// A loop that different consumers tie to different loops of the root.
static constexpr int64_t kConflict = -2;

static bool isFill(Operation *op) { return isa<linalg::FillOp>(op); }

FusionGroup::FusionGroup(linalg::LinalgOp root, ArrayRef<int64_t> loops)
    : root(root) {
  members[root] = llvm::to_vector(llvm::seq<int64_t>(0, root.getNumLoops()));
  for (Operation *op = root->getPrevNode(); op; op = op->getPrevNode()) {
    auto producer = dyn_cast<linalg::LinalgOp>(op);
    if (!producer || !producer.hasPureTensorSemantics() || op->use_empty() ||
        !isReadByGroupOnly(producer))
      continue;
    LoopMap map = mapLoops(producer);
    bool joins = llvm::any_of(map, [](int64_t loop) { return loop >= 0; });
    if (!loops.empty())
      joins = llvm::all_of(
          loops, [&](int64_t loop) { return llvm::is_contained(map, loop); });
    if (joins)
      members[op] = std::move(map);
  }
}

bool FusionGroup::isReadByGroupOnly(linalg::LinalgOp op) const {
  auto isMember = [&](Operation *user) { return members.contains(user); };
  return isFill(op) ? llvm::any_of(op->getUsers(), isMember)
                    : llvm::all_of(op->getUsers(), isMember);
}

FusionGroup::LoopMap FusionGroup::mapLoops(linalg::LinalgOp producer) const {
  LoopMap map(producer.getNumLoops(), kNone);
  auto tie = [&](AffineExpr producerExpr, int64_t rootLoop) {
    auto dim = dyn_cast<AffineDimExpr>(producerExpr);
    if (!dim)
      return;
    int64_t &loop = map[dim.getPosition()];
    if (loop == kNone)
      loop = rootLoop == kNone ? kConflict : rootLoop;
    else if (loop != rootLoop)
      loop = kConflict;
  };
  for (OpOperand &use : producer->getUses()) {
    const auto *it = members.find(use.getOwner());
    if (it == members.end())
      continue;
    auto consumer = cast<linalg::LinalgOp>(use.getOwner());
    AffineMap read = consumer.getMatchingIndexingMap(&use);
    AffineMap written =
        producer.getIndexingMapMatchingResult(cast<OpResult>(use.get()));
    for (auto [readExpr, writtenExpr] :
         llvm::zip_equal(read.getResults(), written.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(readExpr);
      int64_t rootLoop = dim ? it->second[dim.getPosition()] : kNone;
      tie(writtenExpr, std::max(rootLoop, kNone));
    }
  }
  return map;
}

static FailureOr<linalg::ContractionDimensions> getContraction(Operation *op) {
  auto linalgOp = cast<linalg::LinalgOp>(op);
  if (!linalg::isaContractionOpInterface(linalgOp))
    return failure();
  return linalg::inferContractionDims(linalgOp);
}

bool FusionGroup::hasContraction() const {
  return llvm::any_of(members, [](auto &member) {
    return succeeded(getContraction(member.first));
  });
}

bool FusionGroup::hasReduction() const {
  return llvm::any_of(members, [](auto &member) {
    return cast<linalg::LinalgOp>(member.first).getNumReductionLoops() > 0;
  });
}

int64_t FusionGroup::countComputations() const {
  return llvm::count_if(members,
                        [](auto &member) { return !isFill(member.first); });
}

SmallVector<int64_t> FusionGroup::getTileableLoops() const {
  auto carries = [](const auto &member, int64_t loop) {
    auto op = cast<linalg::LinalgOp>(member.first);
    if (op.getNumReductionLoops() == 0)
      return true;
    SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
    return llvm::any_of(llvm::enumerate(member.second), [&](auto entry) {
      return entry.value() == loop &&
             linalg::isParallelIterator(iterators[entry.index()]);
    });
  };
  SmallVector<int64_t> loops;
  for (auto [loop, iterator] :
       llvm::enumerate(getRoot().getIteratorTypesArray()))
    if (linalg::isParallelIterator(iterator) &&
        llvm::all_of(members, [&, loop = loop](const auto &member) {
          return carries(member, loop);
        }))
      loops.push_back(loop);
  return loops;
}

bool FusionGroup::isBatchLoop(int64_t loop) const {
  return llvm::all_of(members, [&](const auto &member) {
    FailureOr<linalg::ContractionDimensions> dims =
        getContraction(member.first);
    if (failed(dims))
      return true;
    return llvm::any_of(dims->batch, [&](unsigned batch) {
      return member.second[batch] == loop;
    });
  });
}

int64_t FusionGroup::countElementsPerStep(ArrayRef<int64_t> loops,
                                          int64_t assumed) const {
  int64_t widest = 1;
  for (const auto &member : members) {
    auto op = cast<linalg::LinalgOp>(member.first);
    int64_t elements = 1;
    for (auto [size, loop] :
         llvm::zip_equal(op.getStaticLoopRanges(), member.second))
      if (!llvm::is_contained(loops, loop))
        elements *= ShapedType::isDynamic(size) ? assumed : size;
    widest = std::max(widest, elements);
  }
  return widest;
}

} // namespace sparseopt
