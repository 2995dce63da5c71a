//===- CheckDims.cpp - Dimensions of inputs fit together --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Structured operations take it for granted that the sizes of their operands agree. For
// sizes that the caller chooses nobody has checked that.
//
//===----------------------------------------------------------------------===//

#include "EntryFunctions.h"

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "llvm/ADT/StringSet.h"

namespace sparseopt {
#define GEN_PASS_DEF_CHECKDIMSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

/// One dimension of one tensor.
using TensorDim = std::pair<Value, int64_t>;

class DimChecker {
public:
  explicit DimChecker(func::FuncOp entry)
      : entry(entry), builder(entry.getContext()) {}

  void run();

private:
  void requireEqual(Operation *op, ArrayRef<TensorDim> dims);
  void visit(linalg::LinalgOp op);
  void visitElementwise(Operation *op);
  void simplify();
  std::optional<std::string> getKey(Value value);
  void assertEqual(cf::AssertOp candidate);
  std::string describe(Value a, Value b);
  std::string describeSide(Value value);
  std::string getInputName(unsigned index);

  func::FuncOp entry;
  OpBuilder builder;
  /// Comparisons, each kept alive by an assertion beside its operation.
  SmallVector<cf::AssertOp> candidates;
  llvm::StringSet<> asserted;
};

} // namespace

/// Compares all dims with the first one.
void DimChecker::requireEqual(Operation *op, ArrayRef<TensorDim> dims) {
  auto isDynamic = [](TensorDim dim) {
    return cast<RankedTensorType>(dim.first.getType()).isDynamicDim(dim.second);
  };
  if (dims.size() < 2 || llvm::none_of(dims, isDynamic))
    return;
  builder.setInsertionPoint(op);
  Location loc = op->getLoc();
  auto getSize = [&](TensorDim dim) -> Value {
    auto type = cast<RankedTensorType>(dim.first.getType());
    if (!isDynamic(dim))
      return arith::ConstantIndexOp::create(builder, loc,
                                            type.getDimSize(dim.second));
    return tensor::DimOp::create(builder, loc, dim.first, dim.second);
  };
  for (TensorDim other : dims.drop_front()) {
    if (!isDynamic(dims.front()) && !isDynamic(other))
      continue;
    Value first = getSize(dims.front());
    Value equal = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        first, getSize(other));
    candidates.push_back(cf::AssertOp::create(builder, loc, equal, ""));
  }
}

void DimChecker::visit(linalg::LinalgOp op) {
  SmallVector<SmallVector<TensorDim>> dimsOfLoop(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, expr] : llvm::enumerate(map.getResults()))
      if (auto loop = dyn_cast<AffineDimExpr>(expr))
        dimsOfLoop[loop.getPosition()].push_back({operand.get(), dim});
  }
  for (ArrayRef<TensorDim> dims : dimsOfLoop)
    requireEqual(op, dims);
}

void DimChecker::visitElementwise(Operation *op) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type)
    return;
  for (int64_t dim = 0; dim != type.getRank(); ++dim) {
    SmallVector<TensorDim> dims;
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        dims.push_back({operand, dim});
    requireEqual(op, dims);
  }
}

/// Expresses the compared sizes by dims of the arguments as far as possible.
void DimChecker::simplify() {
  SmallVector<Operation *> dims;
  entry.walk([&](tensor::DimOp dim) { dims.push_back(dim); });
  RewritePatternSet patterns(entry.getContext());
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  tensor::DimOp::getCanonicalizationPatterns(patterns, entry.getContext());
  GreedyRewriteConfig config;
  config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
  // What cannot be simplified is not checked: that it ends early is no error.
  (void)applyOpPatternsGreedily(dims, std::move(patterns), config);
}

/// Text that is the same for equal computations on dims of arguments; nullopt
/// for other computations.
std::optional<std::string> DimChecker::getKey(Value value) {
  SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.omitBlockArguments = true;
  options.inclusive = true;
  options.filter = [](Operation *op) {
    return isa<tensor::DimOp>(op) ||
           (isMemoryEffectFree(op) && op->getNumRegions() == 0 &&
            llvm::all_of(op->getOperandTypes(),
                         [](Type type) { return type.isIntOrIndex(); }));
  };
  if (!value.getDefiningOp() ||
      failed(getBackwardSlice(value, &slice, options)))
    return std::nullopt;
  llvm::DenseMap<Value, std::string> keys;
  for (Operation *op : slice) {
    std::string key = op->getName().getStringRef().str() + "(";
    if (auto dim = dyn_cast<tensor::DimOp>(op)) {
      auto arg = dyn_cast<BlockArgument>(dim.getSource());
      if (!arg || arg.getOwner() != &entry.front() || !dim.getConstantIndex())
        return std::nullopt;
      key += std::to_string(arg.getArgNumber()) + ":" +
             std::to_string(*dim.getConstantIndex());
    } else {
      for (Value operand : op->getOperands()) {
        auto it = keys.find(operand);
        if (it == keys.end())
          return std::nullopt;
        key += it->second + ",";
      }
      llvm::raw_string_ostream(key) << op->getAttrDictionary();
    }
    for (Value result : op->getResults())
      keys[result] = key + ")";
  }
  auto it = keys.find(value);
  if (it == keys.end())
    return std::nullopt;
  return it->second;
}

std::string DimChecker::getInputName(unsigned index) {
  if (auto name =
          entry.getArgAttrOfType<StringAttr>(index, sparseopt::kNameAttr))
    return name.getValue().str();
  return "in" + std::to_string(index);
}

/// "dimension 1 of in0", or "" if it is computed.
std::string DimChecker::describeSide(Value value) {
  auto dim = value.getDefiningOp<tensor::DimOp>();
  if (!dim)
    return "";
  auto arg = cast<BlockArgument>(dim.getSource());
  return "dimension " + std::to_string(*dim.getConstantIndex()) + " of " +
         getInputName(arg.getArgNumber());
}

std::string DimChecker::describe(Value a, Value b) {
  std::optional<int64_t> constantA = getConstantIntValue(a);
  std::optional<int64_t> constantB = getConstantIntValue(b);
  std::string sideA = describeSide(a), sideB = describeSide(b);
  if (!sideA.empty() && !sideB.empty())
    return sideA + " and " + sideB + " differ";
  if (!sideA.empty() && constantB)
    return sideA + " is not " + std::to_string(*constantB);
  if (!sideB.empty() && constantA)
    return sideB + " is not " + std::to_string(*constantA);
  return "the dimensions of the inputs do not fit together";
}

/// Moves a comparison that says something to the start of the entry.
void DimChecker::assertEqual(cf::AssertOp candidate) {
  auto compare = candidate.getArg().getDefiningOp<arith::CmpIOp>();
  if (!compare)
    return;
  std::optional<std::string> a = getKey(compare.getLhs());
  std::optional<std::string> b = getKey(compare.getRhs());
  if (!a || !b || *a == *b)
    return;
  if (*b < *a)
    std::swap(*a, *b);
  if (!asserted.insert(*a + "==" + *b).second)
    return;
  SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.omitBlockArguments = true;
  options.inclusive = true;
  if (failed(getBackwardSlice(compare.getResult(), &slice, options)))
    return;
  IRMapping mapping;
  for (Operation *op : slice)
    builder.clone(*op, mapping);
  cf::AssertOp::create(builder, candidate.getLoc(),
                       mapping.lookup(compare.getResult()),
                       describe(compare.getLhs(), compare.getRhs()));
}

void DimChecker::run() {
  if (llvm::none_of(entry.getArgumentTypes(), [](Type type) {
        auto tensor = dyn_cast<RankedTensorType>(type);
        return tensor && !tensor.hasStaticShape();
      }))
    return;
  SmallVector<Operation *> ops;
  entry.walk([&](Operation *op) {
    if (isa<linalg::LinalgOp>(op) || OpTrait::hasElementwiseMappableTraits(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      visit(linalgOp);
    else
      visitElementwise(op);
  }
  simplify();
  builder.setInsertionPointToStart(&entry.front());
  for (cf::AssertOp candidate : candidates)
    assertEqual(candidate);
  // The comparisons beside the operations have served.
  for (cf::AssertOp candidate : candidates) {
    SmallVector<Operation *> dead = {candidate};
    while (!dead.empty()) {
      Operation *op = dead.pop_back_val();
      SmallVector<Value> operands(op->getOperands());
      op->erase();
      for (Value operand : operands)
        if (Operation *def = operand.getDefiningOp();
            def && isOpTriviallyDead(def) && !llvm::is_contained(dead, def))
          dead.push_back(def);
    }
  }
}

namespace {

struct CheckDims : public sparseopt::impl::CheckDimsPassBase<CheckDims> {
protected:
  void runOnOperation() override {
    for (func::FuncOp entry : sparseopt::getEntries(getOperation()))
      if (llvm::hasSingleElement(entry.getBody()))
        DimChecker(entry).run();
  }
};

} // namespace
