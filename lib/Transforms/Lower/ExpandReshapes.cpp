//===- ExpandReshapes.cpp - Dynamic reshapes become casts -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes and strides of a reshaped row-major buffer, written out.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace sparseopt {
#define GEN_PASS_DEF_EXPANDRESHAPESPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

OpFoldResult multiply(OpBuilder &builder, Location loc, OpFoldResult a,
                      OpFoldResult b) {
  std::optional<int64_t> left = getConstantIntValue(a);
  std::optional<int64_t> right = getConstantIntValue(b);
  if (left && right)
    return builder.getIndexAttr(*left * *right);
  return arith::MulIOp::create(builder, loc,
                               getValueOrCreateConstantIndexOp(builder, loc, a),
                               getValueOrCreateConstantIndexOp(builder, loc, b))
      .getResult();
}

/// The sizes of a collapsed buffer: products over each group.
SmallVector<OpFoldResult> getCollapsedSizes(OpBuilder &builder,
                                            memref::CollapseShapeOp op) {
  SmallVector<OpFoldResult> source =
      memref::getMixedSizes(builder, op.getLoc(), op.getSrc());
  SmallVector<OpFoldResult> sizes;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    OpFoldResult size = builder.getIndexAttr(1);
    for (int64_t dim : group)
      size = multiply(builder, op.getLoc(), size, source[dim]);
    sizes.push_back(size);
  }
  return sizes;
}

void replaceByCast(OpBuilder &builder, Operation *op,
                   ArrayRef<OpFoldResult> sizes) {
  Location loc = op->getLoc();
  SmallVector<OpFoldResult> strides(sizes.size());
  OpFoldResult stride = builder.getIndexAttr(1);
  for (int64_t dim = sizes.size() - 1; dim >= 0; --dim) {
    strides[dim] = stride;
    stride = multiply(builder, loc, stride, sizes[dim]);
  }
  auto type = cast<MemRefType>(op->getResult(0).getType());
  Value view = memref::ReinterpretCastOp::create(
      builder, loc, type, op->getOperand(0), builder.getIndexAttr(0), sizes,
      strides);
  op->getResult(0).replaceAllUsesWith(view);
  op->erase();
}

bool isDynamicAndContiguous(Type sourceType, Type resultType) {
  auto source = cast<MemRefType>(sourceType);
  auto result = cast<MemRefType>(resultType);
  return source.getLayout().isIdentity() && result.getLayout().isIdentity() &&
         !(source.hasStaticShape() && result.hasStaticShape());
}

struct ExpandReshapes
    : public sparseopt::impl::ExpandReshapesPassBase<ExpandReshapes> {
protected:
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      OpBuilder builder(op);
      if (auto expand = dyn_cast<memref::ExpandShapeOp>(op)) {
        if (isDynamicAndContiguous(expand.getSrcType(), expand.getResultType()))
          replaceByCast(builder, op, expand.getMixedOutputShape());
      } else if (auto collapse = dyn_cast<memref::CollapseShapeOp>(op)) {
        if (isDynamicAndContiguous(collapse.getSrcType(),
                                   collapse.getResultType()))
          replaceByCast(builder, op, getCollapsedSizes(builder, collapse));
      }
    });
  }
};

} // namespace
