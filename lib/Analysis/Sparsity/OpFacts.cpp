//===- OpFacts.cpp - Facts through ops without a model ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loop nests of linalg ops and of elementwise ops.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/OpFacts.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

SmallVector<int64_t> facts::getFactShape(Type type) {
  SmallVector<int64_t> shape;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    for (int64_t size : tensor.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? dynamicSize : size);
  return shape;
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

/// The element that `extract` reads, as far as its indices are known.
static AbstractValue evaluateExtract(tensor::ExtractOp extract,
                                     ArrayRef<AbstractValue> operands,
                                     const ValueFacts &facts) {
  AbstractValue result;
  result.finite = facts.isFinite();
  result.constant = facts.getUniform();
  for (int64_t dim = 0; dim < facts.getRank() && !result.constant; ++dim) {
    const AbstractValue &index = operands[1 + dim];
    if (index.constant)
      result.constant = facts.getSlice(dim, index.constant->getInteger());
    else if (index.range)
      result.constant =
          facts.getSlices(dim, index.range->first, index.range->second);
  }
  return result;
}

std::function<SmallVector<AbstractValue>(ArrayRef<AbstractValue>,
                                         const LoopPoint &)>
facts::makeBody(Block *block, GetFactsFn getFacts, bool assumeFinite) {
  return [=](ArrayRef<AbstractValue> arguments, const LoopPoint &point) {
    auto captured = [&](Value value) {
      const ValueFacts &facts = getFacts(value);
      AbstractValue result;
      result.finite = facts.isFinite();
      if (!isa<ShapedType>(value.getType()))
        result.constant = facts.getUniform();
      return result;
    };
    auto special =
        [&](Operation *op,
            ArrayRef<AbstractValue> operands) -> std::optional<AbstractValue> {
      if (auto index = dyn_cast<linalg::IndexOp>(op)) {
        AbstractValue result;
        result.finite = true;
        if (point.loop == int64_t(index.getDim()))
          result.range = {point.begin, point.end};
        return result;
      }
      auto extract = dyn_cast<tensor::ExtractOp>(op);
      if (!extract || extract.getTensor().getParentBlock() == block)
        return std::nullopt;
      return evaluateExtract(extract, operands, getFacts(extract.getTensor()));
    };
    return evaluateBody(*block, arguments, captured, special, assumeFinite);
  };
}

/// The tensors that the body reads at the index of a loop.
static void addTables(Block &body, const GetFactsFn &getFacts, LoopNest &nest) {
  for (auto extract : body.getOps<tensor::ExtractOp>())
    for (auto [dim, index] : llvm::enumerate(extract.getIndices()))
      if (auto loop = index.getDefiningOp<linalg::IndexOp>())
        nest.tables.push_back({getFacts(extract.getTensor()), int64_t(dim),
                               int64_t(loop.getDim())});
}

//===----------------------------------------------------------------------===//
// Nests
//===----------------------------------------------------------------------===//

LoopNest facts::makeLinalgNest(linalg::LinalgOp op, const GetFactsFn &getFacts,
                               bool assumeFinite) {
  LoopNest nest;
  for (int64_t size : op.getStaticLoopRanges())
    nest.sizes.push_back(ShapedType::isDynamic(size) ? dynamicSize : size);
  for (utils::IteratorType type : op.getIteratorTypesArray())
    nest.isReduction.push_back(type == utils::IteratorType::reduction);
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    // A scalar operand is the same at every index.
    if (!isa<ShapedType>(operand.get().getType()))
      map = AffineMap::get(nest.sizes.size(), 0, op->getContext());
    LoopAccess access{getFacts(operand.get()), map};
    (op.isDpsInit(&operand) ? nest.outputs : nest.inputs).push_back(access);
  }
  addTables(*op.getBlock(), getFacts, nest);
  nest.body = makeBody(op.getBlock(), getFacts, assumeFinite);
  return nest;
}

LoopNest facts::makeElementwiseNest(Operation *op, const GetFactsFn &getFacts,
                                    bool assumeFinite) {
  LoopNest nest;
  Value result = op->getResult(0);
  llvm::append_range(nest.sizes, getFactShape(result.getType()));
  nest.isReduction.assign(nest.sizes.size(), false);
  MLIRContext *context = op->getContext();
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(nest.sizes.size(), context);
  for (Value operand : op->getOperands()) {
    // The condition of a select may be a scalar beside tensors.
    bool isScalar = !isa<ShapedType>(operand.getType());
    nest.inputs.push_back(
        {getFacts(operand),
         isScalar ? AffineMap::get(nest.sizes.size(), 0, context) : identity});
  }
  nest.outputs.push_back({ValueFacts::unknown(nest.sizes), identity});
  nest.body = [op, assumeFinite](ArrayRef<AbstractValue> arguments,
                                 const LoopPoint &) {
    return SmallVector<AbstractValue>{
        evaluateOp(op, arguments.drop_back(), assumeFinite)};
  };
  return nest;
}

/// Whether elementwise evaluation sees the element types: constants of scalars
/// are folded on scalar types only.
static bool isElementwise(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      !op->hasTrait<OpTrait::Elementwise>() ||
      (dialect != "arith" && dialect != "math"))
    return false;
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    return !isa<ShapedType>(type) || isa<RankedTensorType>(type);
  });
}

bool facts::hasDefaultModel(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.hasPureTensorSemantics();
  return isElementwise(op);
}

static LoopNest makeNest(Operation *op, const GetFactsFn &getFacts,
                         bool assumeFinite) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return makeLinalgNest(linalgOp, getFacts, assumeFinite);
  return makeElementwiseNest(op, getFacts, assumeFinite);
}

void facts::inferDefault(Operation *op, InferContext &context) {
  LoopNest nest = makeNest(op, context.getFacts, context.assumeFinite);
  for (auto [result, facts] :
       llvm::zip_equal(op->getResults(), inferLoopNest(nest)))
    context.setFacts(result, std::move(facts));
}

void facts::demandDefault(Operation *op, DemandContext &context) {
  LoopNest nest = makeNest(op, context.getFacts, context.assumeFinite);
  std::vector<Demand> results;
  for (Value result : op->getResults())
    results.push_back(context.getDemand(result));
  std::vector<Demand> demands = demandLoopNest(nest, results);
  // The inits stand behind the inputs, as they do in the nest.
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  for (OpOperand &operand : op->getOpOperands())
    if (!linalgOp || linalgOp.payloadUsesValueFromOperand(&operand))
      context.addDemand(operand.get(), demands[operand.getOperandNumber()]);
}
