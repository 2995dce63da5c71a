//===- OutlineLoops.cpp - Loop nests become functions -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One large function is slow to compile and tells LLVM nothing about which buffers
// are distinct. Small functions on pointers do, and equal ones are shared.
//
//===----------------------------------------------------------------------===//

#include "EntryFunctions.h"
#include "Pointers.h"

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace sparseopt {
#define GEN_PASS_DEF_OUTLINELOOPSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

/// What a loop nest takes from outside.
struct Captures {
  /// Row-major buffers, passed as pointer and dynamic sizes.
  SetVector<Value> buffers;
  /// Scalars and pointers, passed as they are.
  SetVector<Value> scalars;
  /// Constants and views that are computed inside, operands first.
  SetVector<Operation *> inside;
};

/// The allocation, argument or constant that a buffer is part of; null if it is
/// not known.
Value getRoot(Value buffer) {
  while (Operation *def = buffer.getDefiningOp()) {
    if (isa<memref::AllocOp, memref::GetGlobalOp>(def))
      return buffer;
    auto view = dyn_cast<ViewLikeOpInterface>(def);
    if (!view)
      return {};
    buffer = view.getViewSource();
  }
  return buffer;
}

bool isRowMajorBuffer(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  return memref && memref.getLayout().isIdentity() &&
         !memref.getMemorySpace() &&
         memref.getElementType().isIntOrIndexOrFloat();
}

bool isPassedByValue(Type type) {
  return type.isIntOrIndexOrFloat() || isa<LLVM::LLVMPointerType>(type);
}

/// Finds out what a value is for the loop nest; false if it cannot be passed.
bool capture(Value value, Captures &captures) {
  SmallVector<Value> worklist = {value};
  SmallVector<Operation *> views;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    Operation *def = current.getDefiningOp();
    if (def && def->hasTrait<OpTrait::ConstantLike>()) {
      captures.inside.insert(def);
    } else if (isRowMajorBuffer(current.getType())) {
      captures.buffers.insert(current);
    } else if (isPassedByValue(current.getType())) {
      captures.scalars.insert(current);
    } else if (isa_and_nonnull<ViewLikeOpInterface>(def) &&
               isa<MemRefType>(current.getType())) {
      views.push_back(def);
      llvm::append_range(worklist, def->getOperands());
    } else {
      return false;
    }
  }
  // A view's source was found after the view.
  for (Operation *view : llvm::reverse(views))
    captures.inside.insert(view);
  return true;
}

bool isLoopNest(Operation *op) {
  if (op->getNumResults() != 0)
    return false;
  if (!isa<linalg::LinalgOp, scf::ForOp, scf::ParallelOp, scf::ForallOp>(op))
    return false;
  return !op->walk([](Operation *nested) {
              return isa<memref::AllocOp, memref::GetGlobalOp, func::CallOp>(
                         nested)
                         ? WalkResult::interrupt()
                         : WalkResult::advance();
            }).wasInterrupted();
}

std::optional<Captures> findCaptures(Operation *op) {
  Captures captures;
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used)
    if (!capture(value, captures))
      return std::nullopt;
  return captures;
}

/// Buffers with a root that no other buffer has, if all roots are known.
llvm::DenseSet<Value> findDistinctBuffers(const SetVector<Value> &buffers) {
  llvm::DenseMap<Value, unsigned> uses;
  for (Value buffer : buffers) {
    Value root = getRoot(buffer);
    if (!root)
      return {};
    ++uses[root];
  }
  llvm::DenseSet<Value> distinct;
  for (Value buffer : buffers)
    if (uses[getRoot(buffer)] == 1)
      distinct.insert(buffer);
  return distinct;
}

/// What a loop nest does, in a word.
std::string describeStep(Operation *op) {
  if (auto name = op->getLoc()->findInstanceOf<NameLoc>())
    return name.getName().str();
  if (isa<linalg::GenericOp>(op)) {
    // The last operation but the yield says most.
    Block &body = op->getRegion(0).front();
    if (body.getOperations().size() > 1)
      return std::prev(body.end(), 2)->getName().getStringRef().str();
  }
  return op->getName().getStringRef().str();
}

class Outliner {
public:
  explicit Outliner(func::FuncOp entry)
      : entry(entry), builder(entry.getContext()),
        ptr(LLVM::LLVMPointerType::get(entry.getContext())) {}

  void run();

private:
  void outline(Operation *op, const Captures &captures);
  func::FuncOp createFunction(Operation *op, const Captures &captures);
  SmallVector<Value> createArguments(Operation *op, const Captures &captures);
  void setArgumentAttributes(func::FuncOp function, const Captures &captures);

  func::FuncOp entry;
  OpBuilder builder;
  Type ptr;
  /// Text of a function without its name -> the function.
  llvm::StringMap<func::FuncOp> known;
};

} // namespace

/// Pointers, then sizes and scalars, as the call passes them.
SmallVector<Value> Outliner::createArguments(Operation *op,
                                             const Captures &captures) {
  SmallVector<Value> arguments, sizes;
  builder.setInsertionPoint(op);
  Location loc = op->getLoc();
  for (Value buffer : captures.buffers) {
    arguments.push_back(sparseopt::createPointerTo(builder, loc, buffer));
    auto type = cast<MemRefType>(buffer.getType());
    for (int64_t dim = 0, e = type.getRank(); dim != e; ++dim)
      if (type.isDynamicDim(dim))
        sizes.push_back(
            memref::DimOp::create(builder, loc, buffer, dim).getResult());
  }
  llvm::append_range(arguments, sizes);
  llvm::append_range(arguments, captures.scalars);
  return arguments;
}

void Outliner::setArgumentAttributes(func::FuncOp function,
                                     const Captures &captures) {
  llvm::DenseSet<Value> distinct = findDistinctBuffers(captures.buffers);
  for (auto [i, buffer] : llvm::enumerate(captures.buffers)) {
    if (distinct.contains(buffer))
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
    // Only the caller's own arrays may have any alignment.
    Value root = getRoot(buffer);
    if (root && root == buffer && root.getDefiningOp())
      function.setArgAttr(
          i, LLVM::LLVMDialect::getAlignAttrName(),
          builder.getI64IntegerAttr(sparseopt::kBufferAlignment));
  }
}

func::FuncOp Outliner::createFunction(Operation *op, const Captures &captures) {
  Location loc = op->getLoc();
  SmallVector<Type> types(captures.buffers.size(), ptr);
  for (Value buffer : captures.buffers)
    types.append(cast<MemRefType>(buffer.getType()).getNumDynamicDims(),
                 builder.getIndexType());
  for (Value scalar : captures.scalars)
    types.push_back(scalar.getType());

  builder.setInsertionPointAfter(entry);
  auto function = func::FuncOp::create(builder, loc, "outlined",
                                       builder.getFunctionType(types, {}));
  function.setPrivate();
  // Inlining would undo what was gained.
  function->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
  setArgumentAttributes(function, captures);

  Block *block = function.addEntryBlock();
  builder.setInsertionPointToStart(block);
  IRMapping mapping;
  ValueRange rest =
      ValueRange(block->getArguments()).drop_front(captures.buffers.size());
  for (auto [i, buffer] : llvm::enumerate(captures.buffers)) {
    auto type = cast<MemRefType>(buffer.getType());
    ValueRange sizes = rest.take_front(type.getNumDynamicDims());
    rest = rest.drop_front(sizes.size());
    mapping.map(buffer, sparseopt::createMemRefAt(
                            builder, loc, block->getArgument(i), type, sizes));
  }
  mapping.map(ValueRange(captures.scalars.getArrayRef()), rest);
  for (Operation *inner : captures.inside)
    builder.clone(*inner, mapping);
  builder.clone(*op, mapping);
  func::ReturnOp::create(builder, loc);
  return function;
}

void Outliner::outline(Operation *op, const Captures &captures) {
  func::FuncOp function = createFunction(op, captures);
  std::string text;
  llvm::raw_string_ostream os(text);
  function->print(os, OpPrintingFlags().enableDebugInfo(false).useLocalScope());
  auto [it, isNew] = known.try_emplace(text, function);
  if (isNew)
    function.setSymName(
        (entry.getName() + ".loops" + llvm::Twine(known.size() - 1)).str());
  else
    function.erase();

  SmallVector<Value> arguments = createArguments(op, captures);
  auto call =
      func::CallOp::create(builder, op->getLoc(), it->second, arguments);
  call->setAttr(sparseopt::kStepAttr, builder.getStringAttr(describeStep(op)));
  op->erase();
}

void Outliner::run() {
  SmallVector<Operation *> nests;
  for (Operation &op : entry.front())
    if (isLoopNest(&op))
      nests.push_back(&op);
  for (Operation *op : nests)
    if (std::optional<Captures> captures = findCaptures(op))
      outline(op, *captures);
}

namespace {

struct OutlineLoops
    : public sparseopt::impl::OutlineLoopsPassBase<OutlineLoops> {
protected:
  void runOnOperation() override {
    for (func::FuncOp entry : sparseopt::getEntries(getOperation()))
      Outliner(entry).run();
  }
};

} // namespace
