//===- SparsityAnalysis.cpp - Facts about all values of a module -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two analyses on upstream's data-flow framework, which follows control flow
// and calls.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/SparsityAnalysis.h"

#include "sparse-opt/Analysis/Sparsity/OpFacts.h"

#include "mlir/Analysis/DataFlow/ConstantPropagationAnalysis.h"
#include "mlir/Analysis/DataFlow/DeadCodeAnalysis.h"
#include "mlir/Analysis/DataFlow/SparseAnalysis.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// Whether the results of `op` are what a terminator in its regions says, so that
/// the framework follows them. Those of scf.forall are written in pieces.
static bool yieldsResults(Operation *op) {
  return llvm::all_of(op->getRegions(), [](Region &region) {
    return llvm::all_of(region, [](Block &block) {
      return block.mightHaveTerminator() &&
             isa<RegionBranchTerminatorOpInterface>(block.getTerminator());
    });
  });
}

/// Results that the framework would never set.
static void walkUnfollowedResults(Operation *top,
                                  function_ref<void(Value)> callback) {
  top->walk([&](RegionBranchOpInterface op) {
    if (!yieldsResults(op))
      llvm::for_each(op->getResults(), callback);
  });
}

namespace {

/// Facts about one value, which only ever become fewer.
class ValueState : public dataflow::AbstractSparseLattice {
public:
  using AbstractSparseLattice::AbstractSparseLattice;

  ChangeResult join(const AbstractSparseLattice &other) override {
    return join(static_cast<const ValueState &>(other).facts);
  }
  ChangeResult join(const ValueFacts &other) {
    ValueFacts joined = ValueFacts::join(facts, other);
    if (joined == facts)
      return ChangeResult::NoChange;
    // A loop that loses one slice per round is cut short.
    constexpr unsigned maxChanges = 8;
    if (++numChanges > maxChanges)
      joined = ValueFacts::unknown(joined.getShape());
    facts = std::move(joined);
    return ChangeResult::Change;
  }
  const ValueFacts &getFacts() const { return facts; }
  void print(raw_ostream &os) const override { facts.print(os); }

private:
  ValueFacts facts;
  unsigned numChanges = 0;
};

using DemandState = dataflow::Lattice<Demand>;

/// Says of every value that it is no known constant: all branches are possible.
/// Upstream's constant propagation would fold whole tensors.
class NoConstants : public dataflow::SparseForwardDataFlowAnalysis<
                        dataflow::Lattice<dataflow::ConstantValue>> {
public:
  using State = dataflow::Lattice<dataflow::ConstantValue>;
  using SparseForwardDataFlowAnalysis::SparseForwardDataFlowAnalysis;

  LogicalResult initialize(Operation *top) override {
    walkUnfollowedResults(
        top, [&](Value result) { setToEntryState(getLatticeElement(result)); });
    return SparseForwardDataFlowAnalysis::initialize(top);
  }
  LogicalResult visitOperation(Operation *, ArrayRef<const State *>,
                               ArrayRef<State *> results) override {
    setAllToEntryStates(results);
    return success();
  }

protected:
  void setToEntryState(State *state) override {
    propagateIfChanged(
        state, state->join(dataflow::ConstantValue::getUnknownConstant()));
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Value facts
//===----------------------------------------------------------------------===//

namespace {

class ValueAnalysis
    : public dataflow::SparseForwardDataFlowAnalysis<ValueState> {
public:
  ValueAnalysis(DataFlowSolver &solver, const AnalysisOptions &options,
                ConstantFacts &constants)
      : SparseForwardDataFlowAnalysis(solver), options(options),
        constants(constants) {}

  LogicalResult initialize(Operation *top) override;
  LogicalResult visitOperation(Operation *op,
                               ArrayRef<const ValueState *> operands,
                               ArrayRef<ValueState *> results) override;

protected:
  void setToEntryState(ValueState *state) override {
    set(state, ValueFacts::unknown(getFactShape(state->getAnchor().getType())));
  }

private:
  void set(ValueState *state, const ValueFacts &facts) {
    propagateIfChanged(state, state->join(facts));
  }

  AnalysisOptions options;
  ConstantFacts &constants;
};

} // namespace

LogicalResult ValueAnalysis::initialize(Operation *top) {
  walkUnfollowedResults(
      top, [&](Value result) { setToEntryState(getLatticeElement(result)); });
  return SparseForwardDataFlowAnalysis::initialize(top);
}

/// Values that the regions of `op` take from outside.
static SmallVector<Value> getCapturedValues(Operation *op) {
  SmallVector<Value> captured;
  for (Region &region : op->getRegions())
    region.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!region.isAncestor(operand.getParentRegion()))
          captured.push_back(operand);
    });
  return captured;
}

LogicalResult
ValueAnalysis::visitOperation(Operation *op,
                              ArrayRef<const ValueState *> operands,
                              ArrayRef<ValueState *> results) {
  if (results.empty())
    return success();
  auto model = dyn_cast<SparsityOpInterface>(op);
  if (!model && !hasDefaultModel(op)) {
    setAllToEntryStates(results);
    return success();
  }
  ProgramPoint *point = getProgramPointAfter(op);
  for (Value value : getCapturedValues(op))
    if (!getLatticeElementFor(point, value)->getFacts().isReached())
      return success();
  // Bottom on an operand: visited again when something is known.
  if (llvm::any_of(operands, [](const ValueState *state) {
        return !state->getFacts().isReached();
      }))
    return success();
  llvm::SmallPtrSet<Value, 2> known;
  InferContext context;
  context.assumeFinite = options.assumeFinite;
  context.constants = &constants;
  context.getFacts = [&](Value value) -> const ValueFacts & {
    return getLatticeElementFor(point, value)->getFacts();
  };
  context.setFacts = [&](Value value, const ValueFacts &facts) {
    known.insert(value);
    set(getLatticeElement(value), facts);
  };
  if (model)
    model.inferSparsity(context);
  else
    inferDefault(op, context);
  for (ValueState *result : results)
    if (!known.contains(result->getAnchor()))
      setToEntryState(result);
  return success();
}

//===----------------------------------------------------------------------===//
// Demand
//===----------------------------------------------------------------------===//

namespace {

class DemandAnalysis
    : public dataflow::SparseBackwardDataFlowAnalysis<DemandState> {
public:
  DemandAnalysis(DataFlowSolver &solver, SymbolTableCollection &symbols,
                 const AnalysisOptions &options, const SparsityAnalysis &values)
      : SparseBackwardDataFlowAnalysis(solver, symbols), options(options),
        values(values) {}

  LogicalResult visitOperation(Operation *op, ArrayRef<DemandState *> operands,
                               ArrayRef<const DemandState *> results) override;

protected:
  void visitBranchOperand(OpOperand &operand) override { addAll(operand); }
  void visitCallOperand(OpOperand &operand) override { addAll(operand); }
  void visitNonControlFlowArguments(RegionSuccessor &,
                                    ArrayRef<BlockArgument>) override {}
  void setToExitState(DemandState *state) override {
    add(state, Demand::all(getFactShape(state->getAnchor().getType())));
  }

private:
  void add(DemandState *state, const Demand &demand) {
    propagateIfChanged(state, state->meet(demand));
  }
  void addAll(OpOperand &operand) {
    setToExitState(getLatticeElement(operand.get()));
  }

  AnalysisOptions options;
  const SparsityAnalysis &values;
};

} // namespace

LogicalResult
DemandAnalysis::visitOperation(Operation *op, ArrayRef<DemandState *> operands,
                               ArrayRef<const DemandState *> results) {
  bool anyRead = llvm::any_of(results, [](const DemandState *state) {
    return !state->getValue().isNone();
  });
  if (!anyRead && op->getNumResults() > 0 && isMemoryEffectFree(op))
    return success();
  auto model = dyn_cast<SparsityOpInterface>(op);
  if (!model && !hasDefaultModel(op)) {
    for (DemandState *operand : operands)
      setToExitState(operand);
    return success();
  }
  DemandContext context;
  context.assumeFinite = options.assumeFinite;
  context.getFacts = [&](Value value) -> const ValueFacts & {
    return values.getFacts(value);
  };
  context.getDemand = [&](Value value) {
    return getLatticeElement(value)->getValue();
  };
  context.addDemand = [&](Value value, const Demand &demand) {
    add(getLatticeElement(value), demand);
  };
  if (model)
    model.demandSparsity(context);
  else
    demandDefault(op, context);
  return success();
}

//===----------------------------------------------------------------------===//
// Both
//===----------------------------------------------------------------------===//

FailureOr<std::unique_ptr<SparsityAnalysis>>
SparsityAnalysis::run(Operation *top, const AnalysisOptions &options,
                      ConstantScanner &constants) {
  auto analysis = std::make_unique<SparsityAnalysis>();
  analysis->values.load<dataflow::DeadCodeAnalysis>();
  analysis->values.load<NoConstants>();
  analysis->values.load<ValueAnalysis>(options, constants);
  if (failed(analysis->values.initializeAndRun(top)))
    return top->emitError("the analysis of value facts failed");
  SymbolTableCollection symbols;
  analysis->demands.load<dataflow::DeadCodeAnalysis>();
  analysis->demands.load<NoConstants>();
  analysis->demands.load<DemandAnalysis>(symbols, options, *analysis);
  if (failed(analysis->demands.initializeAndRun(top)))
    return top->emitError("the analysis of demand failed");
  return analysis;
}

const ValueFacts &SparsityAnalysis::getFacts(Value value) const {
  static const ValueFacts bottom;
  const auto *state = values.lookupState<ValueState>(value);
  return state ? state->getFacts() : bottom;
}

Demand SparsityAnalysis::getDemand(Value value) const {
  const auto *state = demands.lookupState<DemandState>(value);
  return state ? state->getValue() : Demand();
}
