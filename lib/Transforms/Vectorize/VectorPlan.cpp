//===- VectorPlan.cpp - How a linalg op is vectorised -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks the body and the operands of a linalg op, and chooses the dimension that
// vectors lie along.
//
//===----------------------------------------------------------------------===//

#include "VectorPlan.h"

#include "LoopNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace sparseopt {

const Reduction *VectorPlan::getReduction(int64_t output) const {
  const auto *it = llvm::find_if(reductions, [&](const Reduction &reduction) {
    return reduction.output == output;
  });
  return it == reductions.end() ? nullptr : it;
}

bool VectorPlan::isAccumulated(int64_t output) const {
  if (getReduction(output))
    return true;
  auto linalgOp = const_cast<linalg::LinalgOp &>(op);
  AffineMap map =
      linalgOp.getMatchingIndexingMap(linalgOp.getDpsInitOperand(output));
  return llvm::any_of(reductionLoops, [&](int64_t reduction) {
    return !map.isFunctionOfDim(reduction);
  });
}

//===----------------------------------------------------------------------===//
// Body
//===----------------------------------------------------------------------===//

static bool isSupportedElement(Type type) {
  return type.isIntOrFloat() && type.getIntOrFloatBitWidth() >= 8 &&
         type.getIntOrFloatBitWidth() <= 64;
}

/// Divisions of integers may trap on what masked-off lanes hold.
static bool mayTrap(Operation *op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
             arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op);
}

static LogicalResult checkBody(linalg::LinalgOp op, std::string &why) {
  for (Operation &inner : op.getBlock()->without_terminator()) {
    bool known = isa<linalg::IndexOp, memref::LoadOp>(inner) ||
                 inner.hasTrait<OpTrait::ConstantLike>() ||
                 (OpTrait::hasElementwiseMappableTraits(&inner) &&
                  inner.getNumResults() == 1 && !mayTrap(&inner));
    if (!known) {
      why = llvm::formatv("its body has '{0}', which has no vector form here",
                          inner.getName().getStringRef());
      return failure();
    }
  }
  return success();
}

static LogicalResult checkOperands(linalg::LinalgOp op, std::string &why) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type)
      continue;
    if (!isSupportedElement(type.getElementType())) {
      why = llvm::formatv("operand {0} has elements of type {1}",
                          operand.getOperandNumber(), type.getElementType());
      return failure();
    }
    if (!isSimpleMap(op.getMatchingIndexingMap(&operand))) {
      why = llvm::formatv("operand {0} is not read along plain dimensions",
                          operand.getOperandNumber());
      return failure();
    }
  }
  return success();
}

/// Whether values of the body depend on the index of `loop` only as the last index
/// of a load from a buffer that lies along it.
static bool canLoadsFollow(linalg::LinalgOp op, int64_t loop) {
  llvm::SmallDenseSet<Value> varying;
  for (OpOperand *input : op.getDpsInputOperands())
    if (op.getMatchingIndexingMap(input).isFunctionOfDim(loop))
      varying.insert(op.getMatchingBlockArgument(input));
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      if (static_cast<int64_t>(index.getDim()) == loop)
        varying.insert(index.getResult());
      continue;
    }
    bool varies = llvm::any_of(inner.getOperands(), [&](Value operand) {
      return varying.contains(operand);
    });
    if (auto load = dyn_cast<memref::LoadOp>(inner); load && varies) {
      auto indices = load.getIndices();
      auto last = indices.empty()
                      ? linalg::IndexOp()
                      : indices.back().getDefiningOp<linalg::IndexOp>();
      bool follows =
          last && static_cast<int64_t>(last.getDim()) == loop &&
          isContiguous(load.getMemRef()) &&
          isSupportedElement(load.getMemRefType().getElementType()) &&
          llvm::none_of(indices.drop_back(),
                        [&](Value index) { return varying.contains(index); });
      if (!follows)
        return false;
    }
    if (varies)
      varying.insert(inner.getResult(0));
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

static FailureOr<Reduction> matchReduction(linalg::LinalgOp op,
                                           int64_t output) {
  Value yielded = op.getBlock()->getTerminator()->getOperand(output);
  BlockArgument accumulator =
      op.getMatchingBlockArgument(op.getDpsInitOperand(output));
  Operation *combiner = yielded.getDefiningOp();
  if (!combiner || !accumulator.hasOneUse() || !yielded.hasOneUse() ||
      *accumulator.user_begin() != combiner || combiner->getNumOperands() != 2)
    return failure();
  std::optional<vector::CombiningKind> kind =
      linalg::getCombinerOpKind(combiner);
  if (!kind)
    return failure();
  Value addend = combiner->getOperand(combiner->getOperand(0) == accumulator);
  return Reduction{output, *kind, combiner, addend};
}

static FailureOr<VectorPlan> planAlong(linalg::LinalgOp op, int64_t loop) {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  VectorPlan plan;
  plan.op = op;
  plan.loop = loop;
  plan.isReduction = linalg::isReductionIterator(iterators[loop]);
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!map.isFunctionOfDim(loop))
      continue;
    if (getLastLoop(map) != loop || !isContiguous(operand.get()))
      return failure();
  }
  if (!canLoadsFollow(op, loop))
    return failure();
  for (auto [other, iterator] : llvm::enumerate(iterators)) {
    if (static_cast<int64_t>(other) == loop)
      continue;
    (linalg::isReductionIterator(iterator) ? plan.reductionLoops
                                           : plan.outerLoops)
        .push_back(other);
  }
  for (int64_t output = 0; output < op.getNumDpsInits(); ++output) {
    OpOperand *init = op.getDpsInitOperand(output);
    AffineMap map = op.getMatchingIndexingMap(init);
    if (!llvm::all_of(plan.outerLoops, [&](int64_t outer) {
          return map.isFunctionOfDim(outer);
        }))
      return failure();
    if (map.isFunctionOfDim(loop)) {
      // Stored in every step, or kept while the other reductions run.
      bool keeps = plan.isAccumulated(output);
      bool isWhole = llvm::none_of(plan.reductionLoops, [&](int64_t reduction) {
        return map.isFunctionOfDim(reduction);
      });
      if (keeps && (plan.isReduction || !isWhole ||
                    !op.payloadUsesValueFromOperand(init)))
        return failure();
      continue;
    }
    FailureOr<Reduction> reduction = matchReduction(op, output);
    if (!plan.isReduction || failed(reduction) ||
        llvm::any_of(plan.reductionLoops,
                     [&](int64_t other) { return map.isFunctionOfDim(other); }))
      return failure();
    plan.reductions.push_back(*reduction);
  }
  return plan;
}

FailureOr<VectorPlan> planVectors(linalg::LinalgOp op, int64_t lanes,
                                  std::string &why) {
  if (!op.hasPureBufferSemantics()) {
    why = "it is not on buffers";
    return failure();
  }
  // A single element is no loss.
  if (op.getNumLoops() == 0)
    return failure();
  if (failed(checkBody(op, why)) || failed(checkOperands(op, why)))
    return failure();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  std::optional<VectorPlan> best;
  auto getSize = [&](int64_t loop) {
    int64_t size = sizes[loop];
    return ShapedType::isDynamic(size) ? lanes : std::min(size, lanes);
  };
  for (int64_t loop = op.getNumLoops() - 1; loop >= 0; --loop) {
    FailureOr<VectorPlan> plan = planAlong(op, loop);
    if (succeeded(plan) && (!best || getSize(loop) > getSize(best->loop)))
      best = *plan;
  }
  if (!best) {
    why = "no dimension is the last one of all operands that have it";
    return failure();
  }
  return *best;
}

} // namespace sparseopt
