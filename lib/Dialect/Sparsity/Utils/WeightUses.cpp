//===- WeightUses.cpp - How contractions use a weight -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks from a weight to the contractions that read it and keeps track of where
// each of its dims goes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace {

/// A value that holds the weight: for each of its dims the dim of the weight, or
/// -1 for unit and broadcast dims.
struct View {
  Value value;
  SmallVector<int64_t> dims;
};

/// Walk over the views of one weight.
class UseFinder {
public:
  explicit UseFinder(Value weight) {
    int64_t rank = cast<RankedTensorType>(weight.getType()).getRank();
    worklist.push_back({weight, llvm::to_vector(llvm::seq<int64_t>(rank))});
  }

  WeightUses find() {
    while (!worklist.empty()) {
      View view = worklist.pop_back_val();
      for (OpOperand &use : view.value.getUses())
        visit(use, view.dims);
    }
    if (disagrees)
      uses.contractionDim = std::nullopt;
    return uses;
  }

private:
  void visit(OpOperand &use, ArrayRef<int64_t> dims);
  void visitLinalg(linalg::LinalgOp op, OpOperand &use, ArrayRef<int64_t> dims);
  void addContraction(ArrayRef<int64_t> contractedDims);
  void follow(Value value, SmallVector<int64_t> dims) {
    worklist.push_back({value, std::move(dims)});
  }

  SmallVector<View> worklist;
  WeightUses uses;
  bool disagrees = false;
};

} // namespace

void UseFinder::addContraction(ArrayRef<int64_t> contractedDims) {
  std::optional<int64_t> dim;
  if (contractedDims.size() == 1 && contractedDims.front() >= 0)
    dim = contractedDims.front();
  if (!dim || (uses.numContractions > 0 && uses.contractionDim != dim))
    disagrees = true;
  uses.contractionDim = dim;
  ++uses.numContractions;
}

/// Dims of the result of a reshape that only adds or drops unit dims.
static std::optional<SmallVector<int64_t>> reshapeDims(ArrayRef<int64_t> dims,
                                                       RankedTensorType from,
                                                       RankedTensorType to) {
  auto isUnit = [](RankedTensorType type, int64_t dim) {
    return type.getDimSize(dim) == 1;
  };
  SmallVector<int64_t> result(to.getRank(), -1);
  int64_t source = 0;
  for (int64_t dim = 0; dim < to.getRank(); ++dim) {
    if (isUnit(to, dim))
      continue;
    while (source < from.getRank() && isUnit(from, source))
      ++source;
    if (source == from.getRank() ||
        from.getDimSize(source) != to.getDimSize(dim))
      return std::nullopt;
    result[dim] = dims[source++];
  }
  return result;
}

void UseFinder::visit(OpOperand &use, ArrayRef<int64_t> dims) {
  Operation *op = use.getOwner();
  if (isa<PruneOp, tensor::CastOp>(op))
    return follow(op->getResult(0), SmallVector<int64_t>(dims));
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
    auto from = cast<RankedTensorType>(use.get().getType());
    auto to = cast<RankedTensorType>(op->getResult(0).getType());
    if (auto reshaped = reshapeDims(dims, from, to))
      follow(op->getResult(0), *reshaped);
    return;
  }
  if (auto linear = dyn_cast<LinearOp>(op)) {
    if (&use == &linear.getWeightMutable())
      addContraction(dims[1]);
    return;
  }
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    visitLinalg(linalgOp, use, dims);
}

/// Whether `op` copies its only input to other places: a transpose, a
/// broadcast, or a generic that does the same.
static bool isCopy(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0)
    return false;
  Block *body = op.getBlock();
  return body->getTerminator()->getOperand(0) == body->getArgument(0) &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
           return map.isProjectedPermutation(/*allowZeroInResults=*/true);
         });
}

/// The dim of `dims` that `op` indexes with loop `loop` in `map`, or -1.
static int64_t getDimOfLoop(AffineMap map, unsigned loop,
                            ArrayRef<int64_t> dims) {
  for (auto [result, dim] : llvm::zip_equal(map.getResults(), dims))
    if (auto expr = dyn_cast<AffineDimExpr>(result))
      if (expr.getPosition() == loop)
        return dim;
  return -1;
}

void UseFinder::visitLinalg(linalg::LinalgOp op, OpOperand &use,
                            ArrayRef<int64_t> dims) {
  if (!op.isDpsInput(&use))
    return;
  AffineMap map = op.getMatchingIndexingMap(&use);
  if (isCopy(op)) {
    SmallVector<int64_t> copied;
    for (AffineExpr result :
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).getResults())
      copied.push_back(
          getDimOfLoop(map, cast<AffineDimExpr>(result).getPosition(), dims));
    return follow(op->getResult(0), std::move(copied));
  }
  if (op.getNumDpsInputs() < 2 || (!linalg::isaContractionOpInterface(op) &&
                                   !linalg::isaConvolutionOpInterface(op)))
    return;
  OpOperand *other = op.getDpsInputOperand(use.getOperandNumber() == 0 ? 1 : 0);
  AffineMap otherMap = op.getMatchingIndexingMap(other);
  SmallVector<int64_t> contracted;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (auto [loop, iterator] : llvm::enumerate(iterators)) {
    if (iterator != utils::IteratorType::reduction)
      continue;
    // The loops of a convolution's window are no dims of the activation.
    AffineExpr expr = getAffineDimExpr(loop, op->getContext());
    if (otherMap.getResultPosition(expr))
      contracted.push_back(getDimOfLoop(map, loop, dims));
  }
  addContraction(contracted);
}

WeightUses sparsity::findWeightUses(Value weight) {
  return UseFinder(weight).find();
}
