//===- LowerAssumptions.cpp - Claims about values at run time ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-lower-assumptions: drops claims, or counts the nonzeros of each
// group in loops and asserts that there are few enough.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Propagate/Passes.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_LOWERASSUMPTIONSPASS
#include "sparse-opt/Transforms/Propagate/Passes.h.inc"
} // namespace sparseopt

namespace {

/// Builds the loops that test one claim.
class Checker {
public:
  explicit Checker(AssumeOp op)
      : op(op), loc(op.getLoc()), builder(op),
        pattern(cast<NMAttr>(op.getPattern())),
        type(cast<RankedTensorType>(op.getValue().getType())) {}

  void build();

private:
  Value getIndex(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  /// 1 if the element at `indices` is not zero, else 0.
  Value isNonzero(ValueRange indices);
  /// Asserts that the group at `indices`, whose index along the pattern's dim is
  /// its first, has few enough nonzeros.
  void checkGroup(SmallVector<Value> indices);

  AssumeOp op;
  Location loc;
  OpBuilder builder;
  NMAttr pattern;
  RankedTensorType type;
};

} // namespace

Value Checker::isNonzero(ValueRange indices) {
  Value element =
      tensor::ExtractOp::create(builder, loc, op.getValue(), indices);
  TypedAttr zero = builder.getZeroAttr(type.getElementType());
  Value zeroValue = arith::ConstantOp::create(builder, loc, zero);
  Value differs;
  // A NaN differs from everything.
  if (isa<FloatType>(type.getElementType()))
    differs = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNE,
                                    element, zeroValue);
  else
    differs = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                    element, zeroValue);
  return arith::SelectOp::create(builder, loc, differs, getIndex(1),
                                 getIndex(0));
}

void Checker::checkGroup(SmallVector<Value> indices) {
  int64_t dim = *pattern.getDim();
  Value begin = indices[dim];
  Value size = tensor::DimOp::create(builder, loc, op.getValue(), dim);
  Value full =
      arith::AddIOp::create(builder, loc, begin, getIndex(pattern.getM()));
  Value end = arith::MinSIOp::create(builder, loc, full, size);
  auto loop = scf::ForOp::create(builder, loc, begin, end, getIndex(1),
                                 ValueRange(getIndex(0)));
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    indices[dim] = loop.getInductionVar();
    Value count = arith::AddIOp::create(
        builder, loc, loop.getRegionIterArgs()[0], isNonzero(indices));
    scf::YieldOp::create(builder, loc, count);
  }
  Value holds =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle,
                            loop.getResult(0), getIndex(pattern.getN()));
  cf::AssertOp::create(builder, loc, holds,
                       "a value that was assumed to be " +
                           pattern.getSpelling() + " along dim " +
                           std::to_string(dim) + " is not");
}

void Checker::build() {
  SmallVector<Value> lower, upper, step;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    lower.push_back(getIndex(0));
    upper.push_back(tensor::DimOp::create(builder, loc, op.getValue(), dim));
    step.push_back(getIndex(dim == *pattern.getDim() ? pattern.getM() : 1));
  }
  scf::buildLoopNest(builder, loc, lower, upper, step,
                     [&](OpBuilder &inner, Location, ValueRange indices) {
                       OpBuilder::InsertionGuard guard(builder);
                       builder.setInsertionPoint(inner.getInsertionBlock(),
                                                 inner.getInsertionPoint());
                       checkGroup(SmallVector<Value>(indices));
                     });
}

namespace {
class LowerAssumptionsPass
    : public sparseopt::impl::LowerAssumptionsPassBase<LowerAssumptionsPass> {
public:
  using LowerAssumptionsPassBase::LowerAssumptionsPassBase;

protected:
  void runOnOperation() override {
    getOperation().walk([&](AssumeOp op) {
      if (check)
        Checker(op).build();
      op.getResult().replaceAllUsesWith(op.getValue());
      op.erase();
    });
  }
};
} // namespace
