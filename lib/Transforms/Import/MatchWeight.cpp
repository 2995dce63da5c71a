//===- MatchWeight.cpp - Find the weight behind an operand ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows an operand of a contraction back to the weight that it reads, through
// the ops with which front ends reshape weights.
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace sparseopt {

/// The value of an immutable global that is loaded by `load`, or null.
static ElementsAttr getGlobalValue(ml_program::GlobalLoadConstOp load) {
  auto global = SymbolTable::lookupNearestSymbolFrom<ml_program::GlobalOp>(
      load, load.getGlobalAttr());
  if (!global || global.getIsMutable())
    return {};
  return dyn_cast_or_null<ElementsAttr>(global.getValueAttr());
}

static bool isMarkedArgument(Value value) {
  auto arg = dyn_cast<BlockArgument>(value);
  if (!arg)
    return false;
  auto func = dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
  return func && arg.getOwner()->isEntryBlock() &&
         func.getArgAttrOfType<StringAttr>(
             arg.getArgNumber(),
             sparsity::SparsityDialect::getWeightArgAttrName());
}

static bool isWeightRoot(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || type.getRank() == 0)
    return false;
  Operation *op = value.getDefiningOp();
  if (!op)
    return isMarkedArgument(value);
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return isa<DenseElementsAttr, DenseResourceElementsAttr>(
        constant.getValue());
  if (auto load = dyn_cast<ml_program::GlobalLoadConstOp>(op)) {
    ElementsAttr value = getGlobalValue(load);
    return value && value.getShapedType() == type;
  }
  return isa<sparsity::WeightOp, sparsity::PruneOp>(op);
}

//===----------------------------------------------------------------------===//
// One step towards the weight
//===----------------------------------------------------------------------===//

namespace {
/// Indices into a tensor: loops of the contraction, or constants 0.
using Indices = SmallVector<AffineExpr>;

/// A value and the indices at which a contraction reads it.
struct Step {
  Value value;
  Indices indices;
};
} // namespace

/// A generic that copies its only input: a transpose, a broadcast or both.
static bool isCopyGeneric(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 1 || op->getNumResults() != 1 ||
      op.getNumReductionLoops() != 0 ||
      !op.getBody()->without_terminator().empty())
    return false;
  Value yielded = op.getBody()->getTerminator()->getOperand(0);
  return yielded == op.getBody()->getArgument(0) &&
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isPermutation() &&
         isa<RankedTensorType>(op.getDpsInputs()[0].getType());
}

static std::optional<Step> stepThroughGeneric(linalg::GenericOp op,
                                              ArrayRef<AffineExpr> indices) {
  if (!isCopyGeneric(op))
    return std::nullopt;
  AffineMap outMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  AffineMap inMap = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  Indices loops(op.getNumLoops());
  for (auto [pos, expr] : llvm::enumerate(outMap.getResults()))
    loops[cast<AffineDimExpr>(expr).getPosition()] = indices[pos];
  Step next{op.getDpsInputs()[0], {}};
  for (AffineExpr expr : inMap.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      next.indices.push_back(loops[dim.getPosition()]);
    else if (expr == getAffineConstantExpr(0, expr.getContext()))
      next.indices.push_back(expr);
    else
      return std::nullopt;
  }
  return next;
}

static Step stepThroughTranspose(linalg::TransposeOp op,
                                 ArrayRef<AffineExpr> indices) {
  Step next{op.getInput(), Indices(indices.size())};
  for (auto [pos, source] : llvm::enumerate(op.getPermutation()))
    next.indices[source] = indices[pos];
  return next;
}

static Step stepThroughBroadcast(linalg::BroadcastOp op,
                                 ArrayRef<AffineExpr> indices) {
  Step next{op.getInput(), {}};
  for (auto [pos, index] : llvm::enumerate(indices))
    if (!llvm::is_contained(op.getDimensions(), static_cast<int64_t>(pos)))
      next.indices.push_back(index);
  return next;
}

/// Position in `group` of the only dim of `type` that is not of size 1, or -1
/// if there is none; null if there are several.
static std::optional<int64_t> getOnlyRealDim(RankedTensorType type,
                                             ArrayRef<int64_t> group) {
  int64_t found = -1;
  for (int64_t dim : group) {
    if (type.getDimSize(dim) == 1)
      continue;
    if (found >= 0)
      return std::nullopt;
    found = dim;
  }
  return found;
}

static std::optional<Step> stepThroughExpand(tensor::ExpandShapeOp op,
                                             ArrayRef<AffineExpr> indices) {
  AffineExpr zero = getAffineConstantExpr(0, op.getContext());
  Step next{op.getSrc(), {}};
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    std::optional<int64_t> dim = getOnlyRealDim(op.getResultType(), group);
    if (!dim)
      return std::nullopt;
    next.indices.push_back(*dim < 0 ? zero : indices[*dim]);
  }
  return next;
}

static std::optional<Step> stepThroughCollapse(tensor::CollapseShapeOp op,
                                               ArrayRef<AffineExpr> indices) {
  AffineExpr zero = getAffineConstantExpr(0, op.getContext());
  Step next{op.getSrc(), Indices(op.getSrcType().getRank(), zero)};
  for (auto [pos, group] : llvm::enumerate(op.getReassociationIndices())) {
    std::optional<int64_t> dim = getOnlyRealDim(op.getSrcType(), group);
    if (!dim)
      return std::nullopt;
    if (*dim >= 0)
      next.indices[*dim] = indices[pos];
  }
  return next;
}

static std::optional<Step> stepThrough(Operation *op,
                                       ArrayRef<AffineExpr> indices) {
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
    return stepThroughTranspose(transpose, indices);
  if (auto broadcast = dyn_cast<linalg::BroadcastOp>(op))
    return stepThroughBroadcast(broadcast, indices);
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return stepThroughGeneric(generic, indices);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return stepThroughExpand(expand, indices);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return stepThroughCollapse(collapse, indices);
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    if (isa<RankedTensorType>(cast.getSource().getType()))
      return Step{cast.getSource(), llvm::to_vector(indices)};
  return std::nullopt;
}

/// A constant that nothing but a reshape reads, which splits or merges dims: its
/// values can be stored in the new shape.
static bool isReshapedConstant(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return false;
  Value source = op->getOperand(0);
  return source.hasOneUse() && isWeightRoot(source) &&
         isa_and_nonnull<arith::ConstantOp, ml_program::GlobalLoadConstOp>(
             source.getDefiningOp()) &&
         cast<RankedTensorType>(value.getType()).hasStaticShape();
}

bool isTransparentForWeights(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return isCopyGeneric(generic);
  return isa<linalg::TransposeOp, linalg::BroadcastOp, tensor::ExpandShapeOp,
             tensor::CollapseShapeOp, tensor::CastOp>(op);
}

std::optional<WeightSource> traceWeight(Value operand, AffineMap map) {
  Step step{operand, llvm::to_vector(map.getResults())};
  while (!isWeightRoot(step.value)) {
    Operation *op = step.value.getDefiningOp();
    std::optional<Step> next =
        op ? stepThrough(op, step.indices) : std::nullopt;
    if (!next && isReshapedConstant(step.value))
      break;
    if (!next)
      return std::nullopt;
    step = *next;
  }
  return WeightSource{
      step.value,
      AffineMap::get(map.getNumDims(), 0, step.indices, map.getContext())};
}

} // namespace sparseopt
