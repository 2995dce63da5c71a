//===- ShrinkRewrite.cpp - Removal of slices --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// New types for values, new data for weights and constants, new sizes in the ops
// that state sizes, and the share of constant inputs in the result of a linear.
//
//===----------------------------------------------------------------------===//

#include "ShrinkRewrite.h"

#include "SliceConstant.h"

#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {

class Rewriter {
public:
  Rewriter(Operation *top, const ShrinkPlan &plan,
           SmallVectorImpl<ElementsAttr> &replaced)
      : top(top), plan(plan), replaced(replaced) {}

  void run();

private:
  SmallVector<IndexSet> getRemoved(OpOperand &use) const;
  SmallVector<IndexSet> getRemoved(Value value) const;
  void computeShare(sparsity::LinearOp op);
  void adaptOperands(Operation *op);
  void shrinkWeight(sparsity::WeightOp op);
  void updateSizes(Operation *op);

  Operation *top;
  const ShrinkPlan &plan;
  SmallVectorImpl<ElementsAttr> &replaced;
  /// What removed inputs added to the outputs of linears.
  std::vector<std::pair<sparsity::LinearOp, std::vector<double>>> shares;
};

} // namespace

SmallVector<IndexSet> Rewriter::getRemoved(OpOperand &use) const {
  SmallVector<IndexSet> removed;
  for (int64_t dim = 0;
       dim < cast<RankedTensorType>(use.get().getType()).getRank(); ++dim)
    removed.push_back(plan.getRemoved(use, dim));
  return removed;
}

SmallVector<IndexSet> Rewriter::getRemoved(Value value) const {
  SmallVector<IndexSet> removed;
  for (int64_t dim = 0; dim < cast<RankedTensorType>(value.getType()).getRank();
       ++dim)
    removed.push_back(plan.getRemoved(value, dim));
  return removed;
}

//===----------------------------------------------------------------------===//
// Constant inputs
//===----------------------------------------------------------------------===//

/// What removed constant inputs add to each output: sum_k c[k] * w[o, k], where
/// k runs over the removed inputs.
static std::vector<double> getShare(const pruning::TensorRef &weight,
                                    const SliceMap &inputs,
                                    const IndexSet &removed) {
  int64_t numOutputs = weight.shape[0], numInputs = weight.shape[1];
  std::vector<double> share(numOutputs, 0.0);
  for (const SliceMap::Run &run : inputs.getRuns())
    for (int64_t k = run.begin; k < run.end; ++k)
      if (removed.contains(k))
        for (int64_t o = 0; o < numOutputs; ++o)
          share[o] += run.value.getFloat() *
                      pruning::getElement(weight, o * numInputs + k);
  return share;
}

/// A constant of accumulator type, whose dim 0 is the output of the linear.
static Value makeConstant(OpBuilder &builder, Location loc, Type element,
                          ArrayRef<double> values) {
  auto type = RankedTensorType::get(int64_t(values.size()), element);
  SmallVector<Attribute> attrs;
  for (double value : values)
    attrs.push_back(FloatAttr::get(element, value));
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, attrs));
}

/// Adds `share` to the accumulator, before anything else in the epilogue.
static void addToAccumulator(sparsity::LinearOp op, Value share) {
  OpBuilder builder(op);
  Type element = op.getAccumulatorType();
  Region &epilogue = op.getEpilogue();
  if (epilogue.empty()) {
    Block &block = epilogue.emplaceBlock();
    Value accumulator = block.addArgument(element, op.getLoc());
    for (Value extra : op.getExtras())
      block.addArgument(getElementTypeOrSelf(extra), op.getLoc());
    builder.setInsertionPointToEnd(&block);
    sparsity::YieldOp::create(builder, op.getLoc(), accumulator);
  }
  Block &block = epilogue.front();
  Value accumulator = block.getArgument(0);
  Value argument = block.addArgument(element, op.getLoc());
  builder.setInsertionPointToStart(&block);
  auto sum = arith::AddFOp::create(builder, op.getLoc(), accumulator, argument);
  accumulator.replaceAllUsesExcept(sum, sum);
  op.getExtrasMutable().append(share);
  SmallVector<Attribute> maps(op.getExtraMaps().getValue());
  unsigned rank = cast<ShapedType>(op.getInit().getType()).getRank();
  maps.push_back(AffineMapAttr::get(
      AffineMap::get(rank, 0, getAffineDimExpr(rank - 1, op.getContext()))));
  op.setExtraMapsAttr(ArrayAttr::get(op.getContext(), maps));
}

void Rewriter::computeShare(sparsity::LinearOp op) {
  SliceMap inputs = plan.getFoldedInputs(op);
  auto weight = op.getWeight().getDefiningOp<sparsity::WeightOp>();
  if (inputs.empty() || !weight)
    return;
  IndexSet removed = plan.getRemoved(weight.getResult(), 1);
  bool anyRemoved = llvm::any_of(inputs.getRuns(), [&](const auto &run) {
    return !IndexSet::intersect(removed, IndexSet::range(run.begin, run.end))
                .empty();
  });
  if (!anyRemoved)
    return;
  auto tensor = sparsity::WeightTensor::get(weight.getValue(), [&] {
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName() << "' ";
  });
  if (failed(tensor))
    return;
  // Slices of the result that go take theirs with them.
  std::vector<double> share = getShare((*tensor)->ref(), inputs, removed);
  IndexSet kept =
      plan.getRemoved(weight.getResult(), 0).complement(share.size());
  std::vector<double> keptShare;
  for (int64_t output : kept.getIndices())
    keptShare.push_back(share[output]);
  shares.emplace_back(op, std::move(keptShare));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void Rewriter::adaptOperands(Operation *op) {
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands())
    if (isAdaptable(operand.get()) && plan.removesFrom(operand))
      operand.set(sliceAdaptable(builder, operand.get(), getRemoved(operand)));
}

void Rewriter::shrinkWeight(sparsity::WeightOp op) {
  SmallVector<IndexSet> removed = getRemoved(op.getResult());
  RankedTensorType type = op.getType();
  replaced.push_back(op.getValue());
  op.setValueAttr(sliceElements(op.getValue(), removed));
  for (auto [dim, set] : llvm::enumerate(removed))
    if (!set.empty())
      remark::passed(op.getLoc(),
                     remark::RemarkOpts::name("shrink").category("sparsity"))
          << ("weight '" + op.getName() + "': " + Twine(set.size()) + " of " +
              Twine(type.getDimSize(dim)) + " slices along dim " + Twine(dim) +
              " removed")
                 .str();
}

/// Sizes that stand in attributes.
void Rewriter::updateSizes(Operation *op) {
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    expand.setStaticOutputShape(expand.getResultType().getShape());
  // Only dims of which a slice takes all lose indices.
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    SmallVector<int64_t> sizes(slice.getStaticSizes());
    for (size_t dim = 0; dim < sizes.size(); ++dim)
      if (!plan.getRemoved(slice.getSourceMutable(), dim).empty())
        sizes[dim] = slice.getSourceType().getDimSize(dim);
    slice.setStaticSizes(sizes);
  }
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    SmallVector<int64_t> sizes(insert.getStaticSizes());
    for (size_t dim = 0; dim < sizes.size(); ++dim)
      if (!plan.getRemoved(insert.getResult(), dim).empty())
        sizes[dim] = insert.getType().getDimSize(dim);
    insert.setStaticSizes(sizes);
  }
}

void Rewriter::run() {
  SmallVector<Operation *> ops;
  top->walk([&](Operation *op) { ops.push_back(op); });
  // Before anything changes.
  for (Operation *op : ops)
    if (auto linear = dyn_cast<sparsity::LinearOp>(op))
      computeShare(linear);
  std::vector<std::pair<Value, RankedTensorType>> types;
  for (Operation *op : ops)
    for (Value result : op->getResults())
      if (isa<RankedTensorType>(result.getType()) && !isAdaptable(result) &&
          plan.removesFrom(result))
        types.emplace_back(result,
                           sliceType(cast<RankedTensorType>(result.getType()),
                                     getRemoved(result)));
  for (Operation *op : ops)
    if (auto weight = dyn_cast<sparsity::WeightOp>(op);
        weight && plan.removesFrom(weight.getResult()))
      shrinkWeight(weight);
  for (Operation *op : ops)
    adaptOperands(op);
  for (auto &[value, type] : types)
    value.setType(type);
  for (Operation *op : ops)
    updateSizes(op);
  // Last: new operands move the uses that the plan knows.
  for (auto &[linear, share] : shares) {
    OpBuilder builder(linear);
    addToAccumulator(linear, makeConstant(builder, linear.getLoc(),
                                          linear.getAccumulatorType(), share));
  }
  // Users before what they use, and inner ops before the op that holds them.
  ops.clear();
  top->walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : llvm::reverse(ops))
    if (op->getNumResults() == 1 && op->use_empty() &&
        isAdaptable(op->getResult(0)))
      op->erase();
}

void facts::applyShrinkPlan(Operation *top, const ShrinkPlan &plan,
                            SmallVectorImpl<ElementsAttr> &replaced) {
  Rewriter(top, plan, replaced).run();
}
