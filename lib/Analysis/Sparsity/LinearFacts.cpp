//===- LinearFacts.cpp - Loop nests of a linear layer -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The products of a linear layer and its epilogue.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/LinearFacts.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

/// `x * w + acc`; a product with a zero is zero if the other factor is finite.
static AbstractValue multiplyAdd(ArrayRef<AbstractValue> arguments,
                                 bool isFloat, bool assumeFinite) {
  for (auto [zero, other] : {std::pair(0, 1), std::pair(1, 0)}) {
    const AbstractValue &factor = arguments[zero];
    const AbstractValue &rest = arguments[other];
    bool isFinite = rest.constant ? rest.constant->isFinite()
                                  : rest.finite || assumeFinite || !isFloat;
    if (factor.constant && factor.constant->isZero() && isFinite)
      return arguments[2];
  }
  return {};
}

LoopNest facts::makeProductNest(sparsity::LinearOp op,
                                const GetFactsFn &getFacts, bool assumeFinite) {
  MLIRContext *context = op.getContext();
  SmallVector<int64_t> input = getFactShape(op.getInput().getType());
  SmallVector<int64_t> weight = getFactShape(op.getWeight().getType());
  unsigned numTokens = input.size() - 1;
  LoopNest nest;
  nest.sizes.assign(input.begin(), input.end() - 1);
  nest.sizes.append(weight.begin(), weight.end());
  nest.isReduction.assign(nest.sizes.size(), false);
  nest.isReduction.back() = true;
  unsigned numLoops = nest.sizes.size();
  SmallVector<AffineExpr> tokens;
  for (unsigned loop = 0; loop < numTokens; ++loop)
    tokens.push_back(getAffineDimExpr(loop, context));
  AffineExpr out = getAffineDimExpr(numTokens, context);
  AffineExpr in = getAffineDimExpr(numTokens + 1, context);
  auto makeMap = [&](ArrayRef<AffineExpr> results) {
    return AffineMap::get(numLoops, 0, results, context);
  };
  SmallVector<AffineExpr> inputExprs(tokens);
  inputExprs.push_back(in);
  SmallVector<AffineExpr> outputExprs(tokens);
  outputExprs.push_back(out);
  nest.inputs.push_back({getFacts(op.getInput()), makeMap(inputExprs)});
  nest.inputs.push_back({getFacts(op.getWeight()), makeMap({out, in})});
  bool isFloat = isa<FloatType>(op.getAccumulatorType());
  Scalar zero = isFloat ? Scalar::getFloat(0.0) : Scalar::getInteger(0);
  SmallVector<int64_t> shape(nest.sizes.begin(), nest.sizes.end() - 1);
  nest.outputs.push_back(
      {ValueFacts::constant(shape, zero), makeMap(outputExprs)});
  nest.body = [=](ArrayRef<AbstractValue> arguments, const LoopPoint &) {
    return SmallVector<AbstractValue>{
        multiplyAdd(arguments, isFloat, assumeFinite)};
  };
  return nest;
}

LoopNest facts::makeEpilogueNest(sparsity::LinearOp op,
                                 const ValueFacts &accumulator,
                                 GetFactsFn getFacts, bool assumeFinite) {
  MLIRContext *context = op.getContext();
  LoopNest nest;
  llvm::append_range(nest.sizes, accumulator.getShape());
  nest.isReduction.assign(nest.sizes.size(), false);
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(nest.sizes.size(), context);
  nest.inputs.push_back({accumulator, identity});
  for (auto [extra, map] : llvm::zip_equal(
           op.getExtras(), op.getExtraMaps().getAsValueRange<AffineMapAttr>()))
    nest.inputs.push_back({getFacts(extra), map});
  nest.outputs.push_back({ValueFacts::unknown(nest.sizes), identity});
  if (!op.getEpilogue().empty()) {
    auto body =
        makeBody(&op.getEpilogue().front(), std::move(getFacts), assumeFinite);
    nest.body = [body](ArrayRef<AbstractValue> arguments,
                       const LoopPoint &point) {
      return body(arguments.drop_back(), point);
    };
    return nest;
  }
  // Without an epilogue the accumulator is converted; only a zero is sure to
  // stay what it is.
  Type element = getElementTypeOrSelf(op.getInit());
  Scalar zero =
      isa<FloatType>(element) ? Scalar::getFloat(0.0) : Scalar::getInteger(0);
  nest.body = [zero](ArrayRef<AbstractValue> arguments, const LoopPoint &) {
    AbstractValue result;
    if (arguments[0].constant && arguments[0].constant->isZero())
      result = AbstractValue::getConstant(zero);
    return SmallVector<AbstractValue>{result};
  };
  return nest;
}
