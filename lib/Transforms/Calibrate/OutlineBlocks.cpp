//===- OutlineBlocks.cpp - Blocks of a network as functions -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-outline-blocks: moves each stage of the plan into a function
// and calls them in order.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Calibrate/Passes.h"

#include "StagePlan.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Transforms/Calibrate/Stages.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace sparseopt;

namespace sparseopt {
#define GEN_PASS_DEF_OUTLINEBLOCKSPASS
#include "sparse-opt/Transforms/Calibrate/Passes.h.inc"
} // namespace sparseopt

/// Adds to `needed` the copied operations that `op` reads, directly or not.
static void addCopiedOperands(Operation *op, const StagePlan &plan,
                              DenseSet<Operation *> &needed) {
  SmallVector<Operation *> worklist{op};
  while (!worklist.empty())
    worklist.pop_back_val()->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands()) {
        Operation *source = operand.getDefiningOp();
        if (source && plan.isCopied(source) && needed.insert(source).second)
          worklist.push_back(source);
      }
    });
}

/// The operations of a stage with the copies that they need, in program order.
static SmallVector<Operation *> getStageOps(const StagePlan &plan,
                                            const Stage &stage) {
  DenseSet<Operation *> needed;
  ArrayRef<Operation *> operations = plan.getOperations();
  for (int64_t position = stage.begin; position < stage.end; ++position)
    if (!plan.isCopied(operations[position])) {
      needed.insert(operations[position]);
      addCopiedOperands(operations[position], plan, needed);
    }
  SmallVector<Operation *> result;
  for (Operation *op : operations)
    if (needed.contains(op))
      result.push_back(op);
  return result;
}

/// A private function with clones of a stage's operations.
static func::FuncOp createStage(func::FuncOp function, const StagePlan &plan,
                                const Stage &stage, ValueRange results) {
  bool isNamed = stage.name == "before" || stage.name == "after";
  std::string name =
      (function.getName() + (isNamed ? "_" : "_block_") + stage.name).str();
  OpBuilder builder(function);
  auto type = builder.getFunctionType(
      ValueRange(stage.inputs.getArrayRef()).getTypes(), results.getTypes());
  auto outlined = func::FuncOp::create(builder, function.getLoc(), name, type);
  outlined.setPrivate();
  outlined->setAttr(kStageAttr, builder.getStringAttr(stage.name));
  Block *body = outlined.addEntryBlock();
  IRMapping mapping;
  mapping.map(stage.inputs.getArrayRef(), body->getArguments());
  builder.setInsertionPointToStart(body);
  for (Operation *op : getStageOps(plan, stage))
    if (!isa<func::ReturnOp>(op))
      builder.clone(*op, mapping);
  SmallVector<Value> mapped;
  for (Value result : results)
    mapped.push_back(mapping.lookup(result));
  func::ReturnOp::create(builder, function.getLoc(), mapped);
  return outlined;
}

/// Copies that the results of the function are, as a constant result.
static void addReturnedCopies(func::FuncOp function, const StagePlan &plan,
                              IRMapping &mapping, OpBuilder &builder) {
  DenseSet<Operation *> needed;
  addCopiedOperands(function.front().getTerminator(), plan, needed);
  for (Operation *op : plan.getOperations())
    if (needed.contains(op))
      builder.clone(*op, mapping);
}

static void outline(func::FuncOp function, const StagePlan &plan) {
  ArrayRef<Stage> stages = plan.getStages();
  auto terminator = cast<func::ReturnOp>(function.front().getTerminator());
  SmallVector<Value> returned;
  for (Value value : terminator.getOperands())
    if (!value.getDefiningOp() || !plan.isCopied(value.getDefiningOp()))
      returned.push_back(value);
  OpBuilder builder(terminator);
  IRMapping mapping;
  SmallVector<Value> values(function.getArguments());
  for (auto [index, stage] : llvm::enumerate(stages)) {
    ValueRange results =
        index + 1 < stages.size()
            ? ValueRange(stages[index + 1].inputs.getArrayRef())
            : ValueRange(returned);
    func::FuncOp callee = createStage(function, plan, stage, results);
    auto call =
        func::CallOp::create(builder, function.getLoc(), callee, values);
    values.assign(call.result_begin(), call.result_end());
  }
  for (auto [old, value] : llvm::zip_equal(returned, values))
    mapping.map(old, value);
  addReturnedCopies(function, plan, mapping, builder);
  SmallVector<Value> results;
  for (Value value : terminator.getOperands())
    results.push_back(mapping.lookup(value));
  terminator->setOperands(results);
  for (Operation *op : llvm::reverse(plan.getOperations()))
    if (op != terminator)
      op->erase();
}

namespace {

struct OutlineBlocks
    : public sparseopt::impl::OutlineBlocksPassBase<OutlineBlocks> {
  using OutlineBlocksPassBase::OutlineBlocksPassBase;

protected:
  void runOnOperation() override {
    llvm::Regex regex("^(" + blocks + ")");
    std::string error;
    if (blocks.empty() || !regex.isValid(error)) {
      getOperation().emitError()
          << "blocks: '" << blocks << "' is no regular expression"
          << (error.empty() ? "" : ": ") << error;
      return signalPassFailure();
    }
    func::FuncOp function = findFunction();
    if (!function)
      return signalPassFailure();
    FailureOr<StagePlan> plan =
        StagePlan::create(function, llvm::Regex("^" + blocks));
    if (failed(plan))
      return signalPassFailure();
    outline(function, *plan);
    if (!stage.empty() && failed(keepStage()))
      signalPassFailure();
  }

private:
  func::FuncOp findFunction();
  LogicalResult keepStage();
};

} // namespace

/// The function whose linears have weights that `blocks` matches.
func::FuncOp OutlineBlocks::findFunction() {
  llvm::Regex regex("^" + blocks);
  llvm::SetVector<func::FuncOp> found;
  getOperation().walk([&](sparsity::WeightOp weight) {
    SmallVector<Value> worklist{weight.getResult()};
    while (!worklist.empty())
      for (Operation *user : worklist.pop_back_val().getUsers()) {
        if (isa<sparsity::PruneOp>(user))
          worklist.push_back(user->getResult(0));
        if (isa<sparsity::LinearOp>(user) && regex.match(weight.getName()))
          found.insert(user->getParentOfType<func::FuncOp>());
      }
  });
  SmallVector<func::FuncOp> functions = found.takeVector();
  if (functions.empty())
    getOperation().emitError()
        << "blocks: '" << blocks << "' matches no weight of a linear";
  else if (functions.size() > 1)
    getOperation().emitError()
        << "blocks: '" << blocks << "' matches weights of functions '"
        << functions[0].getName() << "' and '" << functions[1].getName() << "'";
  else if (!llvm::hasSingleElement(functions[0].getBody()))
    functions[0].emitError(
        "has several blocks; its layers have no single order");
  else
    return functions[0];
  return {};
}

/// Leaves nothing but the function of the stage that is asked for.
LogicalResult OutlineBlocks::keepStage() {
  func::FuncOp kept;
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (auto name = function->getAttrOfType<StringAttr>(kStageAttr))
      if (name.getValue() == stage)
        kept = function;
  if (!kept)
    return getOperation().emitError() << "there is no stage '" << stage << "'";
  for (auto function :
       llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
    if (function != kept)
      function.erase();
  kept.setPublic();
  return success();
}
