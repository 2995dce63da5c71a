//===- EntryFunctions.cpp - Helpers for entry functions ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Questions about entry functions, and cloning of size computations.
//
//===----------------------------------------------------------------------===//

#include "EntryFunctions.h"

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace sparseopt {

SmallVector<func::FuncOp> getEntries(ModuleOp module) {
  SmallVector<func::FuncOp> entries;
  for (auto func : module.getOps<func::FuncOp>())
    if (func.isPublic() && !func.isDeclaration())
      entries.push_back(func);
  return entries;
}

std::optional<unsigned> findArgument(func::FuncOp func, StringRef role) {
  for (unsigned i = 0, e = func.getNumArguments(); i != e; ++i) {
    auto attr = func.getArgAttrOfType<StringAttr>(i, kRoleAttr);
    if (attr && attr.getValue() == role)
      return i;
  }
  return std::nullopt;
}

BlockArgument appendArgument(func::FuncOp func, Type type, StringRef role,
                             Location loc) {
  Builder builder(func.getContext());
  unsigned index = func.getNumArguments();
  auto attrs = builder.getDictionaryAttr(
      builder.getNamedAttr(kRoleAttr, builder.getStringAttr(role)));
  LogicalResult inserted = func.insertArgument(index, type, attrs, loc);
  assert(succeeded(inserted) && "an argument can always be appended");
  (void)inserted;
  return func.getArgument(index);
}

func::FuncOp getSizesFunction(func::FuncOp entry) {
  auto ref = entry->getAttrOfType<FlatSymbolRefAttr>(kSizesAttr);
  if (!ref)
    return nullptr;
  return SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(entry, ref);
}

/// True for a scalar operation that may be computed anywhere.
static bool isMovableScalarOp(Operation *op) {
  auto isScalar = [](Type type) { return type.isIntOrIndexOrFloat(); };
  return isMemoryEffectFree(op) && op->getNumRegions() == 0 &&
         llvm::all_of(op->getOperandTypes(), isScalar) &&
         llvm::all_of(op->getResultTypes(), isScalar);
}

SmallVector<InputDim> getDynamicInputDims(func::FuncOp entry) {
  SmallVector<InputDim> dims;
  for (BlockArgument arg : entry.getArguments()) {
    unsigned number = arg.getArgNumber();
    auto role = entry.getArgAttrOfType<StringAttr>(number, kRoleAttr);
    auto type = dyn_cast<ShapedType>(arg.getType());
    if (!role || role.getValue() != kInputRole || !type)
      continue;
    for (int64_t i = 0, e = type.getRank(); i != e; ++i)
      if (type.isDynamicDim(i))
        dims.push_back({number, i});
  }
  return dims;
}

namespace {

/// dim(collapse_shape(x), i) is the product of the dims of x in group i.
struct ResolveDimOfCollapse : public OpRewritePattern<memref::DimOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(memref::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto collapse = op.getSource().getDefiningOp<memref::CollapseShapeOp>();
    std::optional<int64_t> index = op.getConstantIndex();
    if (!collapse || !index)
      return rewriter.notifyMatchFailure(op, "not the dim of a collapse_shape");
    Location loc = op.getLoc();
    Value product = arith::ConstantIndexOp::create(rewriter, loc, 1);
    SmallVector<ReassociationIndices> groups =
        collapse.getReassociationIndices();
    for (int64_t dim : groups[*index]) {
      Value position = arith::ConstantIndexOp::create(rewriter, loc, dim);
      Value size =
          memref::DimOp::create(rewriter, loc, collapse.getSrc(), position);
      product = arith::MulIOp::create(rewriter, loc, product, size);
    }
    rewriter.replaceOp(op, product);
    return success();
  }
};

/// dim(expand_shape(x), i) is an operand of the reshape.
struct ResolveDimOfExpand : public OpRewritePattern<memref::DimOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(memref::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto expand = op.getSource().getDefiningOp<memref::ExpandShapeOp>();
    std::optional<int64_t> index = op.getConstantIndex();
    if (!expand || !index)
      return rewriter.notifyMatchFailure(op, "not the dim of an expand_shape");
    OpFoldResult size = expand.getMixedOutputShape()[*index];
    rewriter.replaceOp(
        op, getValueOrCreateConstantIndexOp(rewriter, op.getLoc(), size));
    return success();
  }
};

} // namespace

LogicalResult simplifyDims(func::FuncOp func) {
  RewritePatternSet patterns(func.getContext());
  patterns.add<ResolveDimOfCollapse, ResolveDimOfExpand>(func.getContext());
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  memref::DimOp::getCanonicalizationPatterns(patterns, func.getContext());
  return applyPatternsGreedily(func, std::move(patterns));
}

/// The operations that compute `value`, operands first; what is not a scalar
/// computation ends the slice.
static SetVector<Operation *> getScalarSlice(Value value) {
  SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.omitBlockArguments = true;
  options.inclusive = true;
  options.filter = [](Operation *op) {
    return isa<memref::DimOp>(op) || isMovableScalarOp(op);
  };
  if (failed(getBackwardSlice(value, &slice, options)))
    slice.clear();
  return slice;
}

bool dependsOnDimsOnly(func::FuncOp entry, Value value) {
  SetVector<Operation *> slice = getScalarSlice(value);
  if (!slice.contains(value.getDefiningOp()))
    return false;
  return llvm::all_of(slice, [&](Operation *op) {
    if (auto dim = dyn_cast<memref::DimOp>(op)) {
      auto arg = dyn_cast<BlockArgument>(dim.getSource());
      return arg && arg.getOwner() == &entry.front() && dim.getConstantIndex();
    }
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      return slice.contains(operand.getDefiningOp());
    });
  });
}

LogicalResult SizeCloner::cloneOp(Operation *op) {
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    auto arg = dyn_cast<BlockArgument>(dim.getSource());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (!arg || !index || arg.getOwner() != &entry.front())
      return failure();
    Value value = dimFn(arg, *index);
    if (!value)
      return failure();
    mapping.map(dim.getResult(), value);
    return success();
  }
  if (!isMovableScalarOp(op))
    return failure();
  for (Value operand : op->getOperands())
    if (!mapping.contains(operand))
      return failure();
  builder.clone(*op, mapping);
  return success();
}

FailureOr<Value> SizeCloner::clone(Value value) {
  if (mapping.contains(value))
    return mapping.lookup(value);
  if (!value.getDefiningOp())
    return failure();
  SetVector<Operation *> slice = getScalarSlice(value);
  for (Operation *op : slice) {
    if (op->getNumResults() == 1 && mapping.contains(op->getResult(0)))
      continue;
    if (failed(cloneOp(op)))
      return failure();
  }
  Value copy = mapping.lookupOrNull(value);
  if (!copy)
    return failure();
  return copy;
}

} // namespace sparseopt
