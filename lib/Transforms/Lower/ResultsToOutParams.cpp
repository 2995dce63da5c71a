//===- ResultsToOutParams.cpp - Results become caller's buffers -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After bufferization an entry returns buffers that it allocated. Here the
// caller's buffers take their place, and the computation of their sizes moves
// to a function of its own, which the caller can ask beforehand.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "EntryFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace sparseopt {
#define GEN_PASS_DEF_RESULTSTOOUTPARAMSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

class EntryRewriter {
public:
  explicit EntryRewriter(func::FuncOp entry)
      : entry(entry), builder(entry.getContext()) {}

  LogicalResult run();

private:
  LogicalResult checkBody();
  LogicalResult createSizesFunction(func::ReturnOp ret);
  LogicalResult resolveDims(SmallVectorImpl<Value> &dims, func::ReturnOp ret);
  void replaceResult(unsigned index, func::ReturnOp ret);
  bool replaceAllocation(Value result, Value out);

  func::FuncOp entry;
  OpBuilder builder;
};

/// Entries keep one block until the C interface is made.
LogicalResult EntryRewriter::checkBody() {
  if (!llvm::hasSingleElement(entry.getBody()))
    return entry.emitOpError(
        "has branches between blocks; an entry function is one block of "
        "structured operations (scf, linalg)");
  for (Type type : entry.getResultTypes()) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref || !memref.getLayout().isIdentity())
      return entry.emitOpError() << "returns " << type
                                 << "; only contiguous buffers can be returned";
  }
  return success();
}

/// One `memref.dim` per dynamic dimension of each result, simplified until it
/// depends on dims of the arguments only.
LogicalResult EntryRewriter::resolveDims(SmallVectorImpl<Value> &dims,
                                         func::ReturnOp ret) {
  // The dims are kept alive through the return while patterns run.
  builder.setInsertionPoint(ret);
  SmallVector<Value> operands(ret.getOperands());
  unsigned numResults = operands.size();
  for (Value result : ret.getOperands()) {
    auto type = cast<MemRefType>(result.getType());
    for (int64_t i = 0, e = type.getRank(); i != e; ++i) {
      Value index = arith::ConstantIndexOp::create(builder, ret.getLoc(), i);
      operands.push_back(
          memref::DimOp::create(builder, ret.getLoc(), result, index));
    }
  }
  ret->setOperands(operands);
  if (failed(sparseopt::simplifyDims(entry)))
    return entry.emitOpError("sizes of results could not be simplified");
  dims.assign(ret.getOperands().begin() + numResults, ret.getOperands().end());
  ret->setOperands(
      SmallVector<Value>(ret.getOperands().take_front(numResults)));
  return success();
}

LogicalResult EntryRewriter::createSizesFunction(func::ReturnOp ret) {
  SmallVector<Value> dims;
  if (failed(resolveDims(dims, ret)))
    return failure();

  Location loc = entry.getLoc();
  Type index = builder.getIndexType();
  SmallVector<sparseopt::InputDim> inputDims =
      sparseopt::getDynamicInputDims(entry);

  builder.setInsertionPointAfter(entry);
  auto sizes = func::FuncOp::create(
      builder, loc, (entry.getName() + ".sizes").str(),
      builder.getFunctionType(SmallVector<Type>(inputDims.size(), index),
                              SmallVector<Type>(dims.size(), index)));
  sizes.setPrivate();
  entry->setAttr(sparseopt::kSizesAttr, FlatSymbolRefAttr::get(sizes));
  builder.setInsertionPointToStart(sizes.addEntryBlock());
  auto dimOf = [&](BlockArgument arg, int64_t dim) -> Value {
    auto *it =
        llvm::find(inputDims, sparseopt::InputDim(arg.getArgNumber(), dim));
    if (it == inputDims.end())
      return {};
    return sizes.getArgument(it - inputDims.begin());
  };
  sparseopt::SizeCloner cloner(entry, builder, dimOf);
  SmallVector<Value> results;
  for (Value dim : dims) {
    FailureOr<Value> copy = cloner.clone(dim);
    if (failed(copy)) {
      sizes.erase();
      return entry.emitOpError()
             << "has a result whose size depends on data (dimension computed "
             << "here: " << dim.getLoc()
             << "); callers have to know sizes before the call";
    }
    results.push_back(*copy);
  }
  func::ReturnOp::create(builder, loc, results);
  return success();
}

/// Makes `out` the memory of `result` if `result` is an allocation of this
/// function seen through reshapes: every reshape is inverted.
bool EntryRewriter::replaceAllocation(Value result, Value out) {
  SmallVector<Operation *> chain;
  Value root = result;
  while (Operation *def = root.getDefiningOp()) {
    if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp, memref::CastOp>(
            def))
      break;
    chain.push_back(def);
    root = def->getOperand(0);
  }
  auto alloc = root.getDefiningOp<memref::AllocOp>();
  if (!alloc || alloc->getBlock() != &entry.front())
    return false;
  if (llvm::any_of(chain, [](Operation *op) {
        auto type = dyn_cast<MemRefType>(op->getOperand(0).getType());
        return !type || !type.getLayout().isIdentity();
      }))
    return false;

  builder.setInsertionPoint(alloc);
  Location loc = alloc.getLoc();
  Value value = out;
  for (Operation *op : chain) {
    auto type = cast<MemRefType>(op->getOperand(0).getType());
    if (auto collapse = dyn_cast<memref::CollapseShapeOp>(op)) {
      // Dynamic sizes inside a group are known only at the root.
      if (!type.hasStaticShape() && op != chain.back())
        return false;
      SmallVector<OpFoldResult> sizes =
          type.hasStaticShape()
              ? getAsIndexOpFoldResult(builder.getContext(), type.getShape())
              : alloc.getMixedSizes();
      value = memref::ExpandShapeOp::create(
          builder, loc, type, value, collapse.getReassociationIndices(), sizes);
    } else if (auto expand = dyn_cast<memref::ExpandShapeOp>(op)) {
      value = memref::CollapseShapeOp::create(builder, loc, type, value,
                                              expand.getReassociationIndices());
    } else {
      value = memref::CastOp::create(builder, loc, type, value);
    }
  }
  alloc.replaceAllUsesWith(value);
  alloc.erase();
  return true;
}

void EntryRewriter::replaceResult(unsigned index, func::ReturnOp ret) {
  Value result = ret.getOperand(index);
  StringRef role = sparseopt::kOutputRole;
  Type type = entry.getResultTypes()[index];
  DictionaryAttr attrs = entry.getResultAttrDict(index);
  BlockArgument out =
      sparseopt::appendArgument(entry, type, role, result.getLoc());
  if (attrs)
    for (NamedAttribute attr : attrs)
      entry.setArgAttr(out.getArgNumber(), attr.getName(), attr.getValue());
  if (replaceAllocation(result, out))
    return;
  builder.setInsertionPoint(ret);
  memref::CopyOp::create(builder, ret.getLoc(), ret.getOperand(index), out);
}

LogicalResult EntryRewriter::run() {
  if (failed(checkBody()))
    return failure();
  auto ret = cast<func::ReturnOp>(entry.front().getTerminator());
  for (unsigned i = 0, e = entry.getNumArguments(); i != e; ++i)
    entry.setArgAttr(i, sparseopt::kRoleAttr,
                     builder.getStringAttr(sparseopt::kInputRole));
  if (failed(createSizesFunction(ret)))
    return failure();
  for (unsigned i = 0, e = ret.getNumOperands(); i != e; ++i)
    replaceResult(i, ret);
  llvm::BitVector all(entry.getNumResults(), true);
  ret->setOperands({});
  return entry.eraseResults(all);
}

struct ResultsToOutParams
    : public sparseopt::impl::ResultsToOutParamsPassBase<ResultsToOutParams> {
protected:
  void runOnOperation() override {
    for (func::FuncOp entry : sparseopt::getEntries(getOperation()))
      if (failed(EntryRewriter(entry).run()))
        return signalPassFailure();
  }
};

} // namespace
