//===- Normalize.cpp - From a front end's spelling to linears ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver of sparsity-normalize: finds contractions with weights, makes the
// weights, builds the linears and fuses their epilogues.
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"
#include "Epilogue.h"
#include "Weights.h"

#include "sparse-opt/Transforms/Import/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <deque>

using namespace mlir;

namespace sparseopt {
#define GEN_PASS_DEF_NORMALIZEPASS
#include "sparse-opt/Transforms/Import/Passes.h.inc"

static remark::RemarkOpts getRemarkOptions(Operation *op) {
  auto options = remark::RemarkOpts::name("normalize").category("sparsity");
  if (auto func = op->getParentOfType<FunctionOpInterface>())
    return options.function(func.getName());
  return options;
}

static void remarkMissed(Contraction &c, StringRef weight) {
  remark::missed(c.op.getLoc(), getRemarkOptions(c.op)) << remark::reason(
      "weight '{0}': {1} stays, {2}", weight.empty() ? "unnamed" : weight.str(),
      c.op->getName().getStringRef().str(), c.reason);
}

static void remarkPassed(sparsity::LinearOp linear, StringRef weight,
                         unsigned numFused) {
  auto type = cast<ShapedType>(linear.getWeight().getType());
  remark::passed(linear.getLoc(), getRemarkOptions(linear)) << remark::add(
      "weight '{0}': linear of {1} outputs and {2} inputs, {3} op(s) and {4} "
      "extra(s) in the epilogue",
      weight.str(), type.getDimSize(0), type.getDimSize(1), numFused,
      linear.getExtras().size());
}

/// A mark that binds no weight would be lost without a word.
static LogicalResult verifyMarkedArguments(FunctionOpInterface func) {
  StringRef mark = sparsity::SparsityDialect::getWeightArgAttrName();
  for (unsigned arg = 0, e = func.getNumArguments(); arg < e; ++arg) {
    Attribute value = func.getArgAttr(arg, mark);
    if (!value)
      continue;
    auto name = dyn_cast<StringAttr>(value);
    if (!name || name.getValue().empty())
      return func.emitError("argument #")
             << arg << ": '" << mark << "' must be the name of a weight, got "
             << value;
    auto type = dyn_cast<RankedTensorType>(func.getArgumentTypes()[arg]);
    if (!type || !type.hasStaticShape() || type.getRank() == 0)
      return func.emitError("argument #")
             << arg << ": weight '" << name.getValue()
             << "' must be a tensor of static shape, got "
             << func.getArgumentTypes()[arg];
  }
  return success();
}

/// Folds reshapes that undo one another now that the ops between them are gone.
static void foldReshapes(ModuleOp module) {
  module.walk([](Operation *op) {
    SmallVector<OpFoldResult> results;
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op) ||
        failed(op->fold(results)) || results.empty())
      return;
    if (auto value = dyn_cast<Value>(results.front()))
      op->getResult(0).replaceAllUsesWith(value);
  });
}

/// Erases what nobody uses any more: constants, transposes, fills.
static void eraseDeadOps(ModuleOp module) {
  module->walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
    if (isOpTriviallyDead(op))
      op->erase();
  });
}

/// The globals that the weights of `contractions` are loaded from.
static SmallVector<ml_program::GlobalOp>
getGlobals(const std::deque<Contraction> &contractions) {
  llvm::SetVector<Operation *> globals;
  for (const Contraction &c : contractions)
    if (auto load =
            c.source.root.getDefiningOp<ml_program::GlobalLoadConstOp>())
      globals.insert(
          SymbolTable::lookupNearestSymbolFrom(load, load.getGlobalAttr()));
  return llvm::map_to_vector(
      globals, [](Operation *op) { return cast<ml_program::GlobalOp>(op); });
}

namespace {
class NormalizePass : public impl::NormalizePassBase<NormalizePass> {
public:
  using Base::Base;

protected:
  void runOnOperation() override;
};
} // namespace

void NormalizePass::runOnOperation() {
  ModuleOp module = getOperation();
  WalkResult marks = module.walk([](FunctionOpInterface func) {
    return WalkResult(verifyMarkedArguments(func));
  });
  if (marks.wasInterrupted())
    return signalPassFailure();
  std::deque<Contraction> contractions;
  module.walk([&](linalg::LinalgOp op) {
    if (std::optional<Contraction> c =
            matchContraction(op, transposeActivations))
      contractions.push_back(std::move(*c));
  });
  if (contractions.empty())
    return;
  SmallVector<ml_program::GlobalOp> globals = getGlobals(contractions);
  WeightTable weights(module);
  for (Contraction &c : contractions)
    weights.add(c);
  if (failed(weights.materialize()))
    return signalPassFailure();

  IRRewriter rewriter(&getContext());
  SmallVector<std::pair<sparsity::LinearOp, StringRef>> linears;
  for (Contraction &c : contractions) {
    StringRef name = weights.getName(c);
    if (c.linearWeight)
      linears.push_back({rewriteContraction(rewriter, c), name});
    else
      remarkMissed(c, name);
  }
  for (auto [linear, name] : linears) {
    unsigned numFused = 0;
    linear = fuseEpilogue(rewriter, linear, numFused);
    remarkPassed(linear, name, numFused);
  }
  foldReshapes(module);
  eraseDeadOps(module);
  for (ml_program::GlobalOp global : globals)
    if (global.isPrivate() && SymbolTable::symbolKnownUseEmpty(global, module))
      global.erase();
  weights.freeReplacedBlobs();
}

} // namespace sparseopt
