//===- SparsityToLinalg.cpp - Linears back to linalg ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linear that no kernel was chosen for becomes a contraction of linalg and
// one elementwise op; a weight becomes a constant.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/SparsityToLinalg/SparsityToLinalg.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTSPARSITYTOLINALGPASS
#include "sparse-opt/Conversion/Passes.h.inc"

//===----------------------------------------------------------------------===//
// Linears
//===----------------------------------------------------------------------===//

/// The tensor that `op` yields, or the memref that it wrote.
static Value getWritten(Operation *op, Value destination) {
  return op->getNumResults() ? op->getResult(0) : destination;
}

static SmallVector<Type> getResultTypes(Value destination) {
  if (isa<RankedTensorType>(destination.getType()))
    return {destination.getType()};
  return {};
}

/// `destination` with `sum_k x[t.., k] * w[o, k]`, summed in its element type.
static Value buildContraction(OpBuilder &builder, sparsity::LinearOp linear,
                              Value destination) {
  Location loc = linear.getLoc();
  auto type = cast<ShapedType>(destination.getType());
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(type.getElementType()));
  Value sum = getWritten(
      linalg::FillOp::create(builder, loc, zero, destination), destination);
  unsigned rank = type.getRank();
  SmallVector<AffineExpr> dims =
      llvm::map_to_vector(llvm::seq(rank + 1), [&](unsigned dim) {
        return builder.getAffineDimExpr(dim);
      });
  SmallVector<AffineExpr> input(dims);
  input.erase(input.begin() + rank - 1);
  auto getMap = [&](ArrayRef<AffineExpr> exprs) {
    return AffineMap::get(rank + 1, 0, exprs, builder.getContext());
  };
  ArrayAttr maps = builder.getAffineMapArrayAttr(
      {getMap(input), getMap(ArrayRef(dims).take_back(2)),
       getMap(ArrayRef(dims).drop_back())});
  SmallVector<Value> inputs{linear.getInput(), linear.getWeight()};
  if (rank != 2)
    return getWritten(linalg::ContractOp::create(
                          builder, loc, getResultTypes(sum), inputs, sum, maps),
                      sum);
  auto matmul =
      linalg::MatmulOp::create(builder, loc, getResultTypes(sum), inputs, sum);
  matmul.setIndexingMapsAttr(maps);
  return getWritten(matmul, sum);
}

namespace {
/// Before:
///   %y = sparsity.linear ins(%x, %w) extra(%b : map) outs(%init) {body}
/// After:
///   %0 = linalg.fill ins(%zero) outs(%init)
///   %1 = linalg.matmul indexing_maps = [..] ins(%x, %w) outs(%0)
///   %y = linalg.generic ins(%b) outs(%1) {body}
struct LowerLinear : OpRewritePattern<sparsity::LinearOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(sparsity::LinearOp linear,
                                PatternRewriter &rewriter) const override;

private:
  Value buildEpilogue(PatternRewriter &rewriter, sparsity::LinearOp linear,
                      Value sum) const;
};

/// A weight that no linear and no prune request uses any more.
struct LowerWeight : OpRewritePattern<sparsity::WeightOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(sparsity::WeightOp weight,
                                PatternRewriter &rewriter) const override {
    for (Operation *user : weight->getUsers())
      if (isa<sparsity::LinearOp, sparsity::PruneOp>(user))
        return rewriter.notifyMatchFailure(weight, "is used by a linear");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        weight, weight.getType(), cast<TypedAttr>(weight.getValue()));
    return success();
  }
};
} // namespace

/// Fills the body of the elementwise op: the linear's epilogue, or the cast of
/// the accumulator that an empty epilogue stands for.
static void buildBody(OpBuilder &builder, Location loc,
                      sparsity::LinearOp linear, Value accumulator,
                      ValueRange extras) {
  Type stored = getElementTypeOrSelf(linear.getInit().getType());
  if (linear.getEpilogue().empty()) {
    Value value = convertScalarToDtype(builder, loc, accumulator, stored,
                                       /*isUnsignedCast=*/false);
    linalg::YieldOp::create(builder, loc, value);
    return;
  }
  Block &epilogue = linear.getEpilogue().front();
  IRMapping mapping;
  mapping.map(epilogue.getArgument(0), accumulator);
  for (auto [arg, extra] :
       llvm::zip(epilogue.getArguments().drop_front(), extras))
    mapping.map(arg, extra);
  for (Operation &op : epilogue.without_terminator())
    builder.clone(op, mapping);
  linalg::YieldOp::create(
      builder, loc,
      mapping.lookupOrDefault(epilogue.getTerminator()->getOperand(0)));
}

/// One elementwise op. The sum is overwritten in place where its type allows.
Value LowerLinear::buildEpilogue(PatternRewriter &rewriter,
                                 sparsity::LinearOp linear, Value sum) const {
  unsigned rank = cast<ShapedType>(sum.getType()).getRank();
  bool inPlace = sum.getType() == linear.getInit().getType();
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  if (!inPlace) {
    inputs.push_back(sum);
    maps.push_back(rewriter.getMultiDimIdentityMap(rank));
  }
  llvm::append_range(inputs, linear.getExtras());
  llvm::append_range(maps,
                     linear.getExtraMaps().getAsValueRange<AffineMapAttr>());
  maps.push_back(rewriter.getMultiDimIdentityMap(rank));
  Value destination = inPlace ? sum : linear.getInit();
  auto generic = linalg::GenericOp::create(
      rewriter, linear.getLoc(), getResultTypes(destination), inputs,
      destination, maps,
      SmallVector<utils::IteratorType>(rank, utils::IteratorType::parallel),
      [&](OpBuilder &builder, Location loc, ValueRange args) {
        buildBody(builder, loc, linear, inPlace ? args.back() : args.front(),
                  inPlace ? args.drop_back() : args.drop_front().drop_back());
      });
  return getWritten(generic, destination);
}

LogicalResult LowerLinear::matchAndRewrite(sparsity::LinearOp linear,
                                           PatternRewriter &rewriter) const {
  if (linear.getKernelAttr())
    return rewriter.notifyMatchFailure(linear, "a kernel was chosen for it");
  Location loc = linear.getLoc();
  Value init = linear.getInit();
  Type accumulator =
      cast<LinearOpInterface>(linear.getOperation()).getAccumulatorType();
  bool sameType = accumulator == getElementTypeOrSelf(init.getType());
  Value destination = init;
  if (!sameType) {
    if (!isa<RankedTensorType>(init.getType()))
      return rewriter.notifyMatchFailure(
          linear, "its sum has another type than its memref");
    destination = tensor::EmptyOp::create(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, init), accumulator);
  }
  Value result = buildContraction(rewriter, linear, destination);
  if (!sameType || !linear.getEpilogue().empty())
    result = buildEpilogue(rewriter, linear, result);
  if (linear->getNumResults())
    rewriter.replaceOp(linear, result);
  else
    rewriter.eraseOp(linear);
  return success();
}

void populateSparsityToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerLinear, LowerWeight>(patterns.getContext());
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
class ConvertSparsityToLinalgPass
    : public impl::ConvertSparsityToLinalgPassBase<
          ConvertSparsityToLinalgPass> {
public:
  using Base::Base;

protected:
  void runOnOperation() override;
};
} // namespace

void ConvertSparsityToLinalgPass::runOnOperation() {
  RewritePatternSet patterns(&getContext());
  populateSparsityToLinalgPatterns(patterns);
  GreedyRewriteConfig config;
  config.enableFolding(false);
  config.enableConstantCSE(false);
  config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
  if (failed(
          applyPatternsGreedily(getOperation(), std::move(patterns), config)))
    return signalPassFailure();
  WalkResult result = getOperation()->walk([](Operation *op) {
    if (isa<sparsity::PruneOp>(op)) {
      op->emitError("prune request was not executed; run sparsity-prune first");
      return WalkResult::interrupt();
    }
    auto linear = dyn_cast<sparsity::LinearOp>(op);
    if (!linear || linear.getKernelAttr())
      return WalkResult::advance();
    op->emitError("cannot be lowered on memrefs: its sum has another type than "
                  "its destination");
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    signalPassFailure();
}

} // namespace sparseopt
