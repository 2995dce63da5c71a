//===- SinkDivision.cpp - Divide after the contraction ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Softmax divides every weight of a row by the row's sum before the weights are
// multiplied with the values. Dividing the products instead touches fewer elements:
// one per column of the values, not one per key.
//
// The result stays the same, but for rounding, where nothing else is added to the
// products, the weights are at most 1 (the maximum was subtracted before the
// exponential), the sums have the exponents of f32 at least, and there are keys: the
// quotient of two empty sums is no number.
//
//===----------------------------------------------------------------------===//

#include "Rewrites.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;

/// The value that a generic yields for `result`.
static Value getYielded(OpResult result) {
  auto op = cast<linalg::GenericOp>(result.getOwner());
  return op.getBody()->getTerminator()->getOperand(result.getResultNumber());
}

/// The body argument that `value` of the producer `op` enters by, or null.
static Value getArgumentOf(linalg::GenericOp op, Value value) {
  for (OpOperand *input : op.getDpsInputOperands())
    if (input->get() == value)
      return op.getMatchingBlockArgument(input);
  return {};
}

static bool isZeroFill(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
}

/// Whether `sum` adds up `addend` (a value of its own body) into a zero output.
static bool isSumOf(OpResult sum, Value addend) {
  auto op = cast<linalg::GenericOp>(sum.getOwner());
  auto add = getYielded(sum).getDefiningOp<arith::AddFOp>();
  if (!add || !addend)
    return false;
  OpOperand *init = op.getDpsInitOperand(sum.getResultNumber());
  Value accumulator = op.getMatchingBlockArgument(init);
  bool matches = (add.getLhs() == addend && add.getRhs() == accumulator) ||
                 (add.getRhs() == addend && add.getLhs() == accumulator);
  return matches && isZeroFill(init->get());
}

/// Whether bodies of two generics with the same loops compute the same value.
static bool isSameValue(linalg::GenericOp first, Value a,
                        linalg::GenericOp second, Value b) {
  auto argumentA = dyn_cast<BlockArgument>(a);
  auto argumentB = dyn_cast<BlockArgument>(b);
  bool isInA = argumentA && argumentA.getOwner() == first.getBody();
  bool isInB = argumentB && argumentB.getOwner() == second.getBody();
  if (isInA && isInB) {
    OpOperand *operandA = first.getMatchingOpOperand(argumentA);
    OpOperand *operandB = second.getMatchingOpOperand(argumentB);
    return operandA->get() == operandB->get() &&
           first.getMatchingIndexingMap(operandA) ==
               second.getMatchingIndexingMap(operandB);
  }
  if (a == b)
    return true;
  Operation *opA = a.getDefiningOp(), *opB = b.getDefiningOp();
  if (!opA || !opB || opA->getBlock() != first.getBody() ||
      opB->getBlock() != second.getBody() || !isPure(opA) ||
      opA->getNumRegions() != 0 || opA->getName() != opB->getName() ||
      opA->getAttrs() != opB->getAttrs() ||
      opA->getPropertiesAsAttribute() != opB->getPropertiesAsAttribute() ||
      opA->getNumOperands() != opB->getNumOperands() ||
      cast<OpResult>(a).getResultNumber() !=
          cast<OpResult>(b).getResultNumber())
    return false;
  return llvm::all_of_zip(opA->getOperands(), opB->getOperands(),
                          [&](Value left, Value right) {
                            return isSameValue(first, left, second, right);
                          });
}

/// Whether `value` in the body of `reader` is what the body of `producer` calls
/// `yielded` and hands out as one of its results.
static bool isResultOf(linalg::GenericOp reader, Value value,
                       linalg::GenericOp producer, Value yielded) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != reader.getBody())
    return false;
  OpOperand *operand = reader.getMatchingOpOperand(argument);
  auto result = dyn_cast<OpResult>(operand->get());
  if (!result || result.getOwner() != producer)
    return false;
  OpOperand *init = producer.getDpsInitOperand(result.getResultNumber());
  return getYielded(result) == yielded &&
         reader.getMatchingIndexingMap(operand) ==
             producer.getMatchingIndexingMap(init);
}

/// Whether `exp`, a value in the body of `exps`, is the exponential of a value minus
/// its maximum, and so at most 1.
static bool isBelowOne(linalg::GenericOp exps, Operation *exp) {
  auto difference = exp->getOperand(0).getDefiningOp<arith::SubFOp>();
  auto subtracted =
      difference ? dyn_cast<BlockArgument>(difference.getRhs()) : nullptr;
  if (!subtracted || subtracted.getOwner() != exps.getBody())
    return false;
  OpOperand *operand = exps.getMatchingOpOperand(subtracted);
  auto maxima = dyn_cast<OpResult>(operand->get());
  auto reduction =
      maxima ? dyn_cast<linalg::GenericOp>(maxima.getOwner()) : nullptr;
  if (!reduction || reduction.getNumLoops() != exps.getNumLoops())
    return false;
  OpOperand *init = reduction.getDpsInitOperand(maxima.getResultNumber());
  Operation *maximum = getYielded(maxima).getDefiningOp();
  if (!isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(maximum) ||
      exps.getMatchingIndexingMap(operand) !=
          reduction.getMatchingIndexingMap(init))
    return false;
  Value accumulator = reduction.getMatchingBlockArgument(init);
  Value other = maximum->getOperand(maximum->getOperand(0) == accumulator);
  return llvm::is_contained(maximum->getOperands(), accumulator) &&
         (isResultOf(exps, difference.getLhs(), reduction, other) ||
          isSameValue(exps, difference.getLhs(), reduction, other));
}

/// Whether `numerator` is an exponential of at most 1 and `divisor` its sum.
static bool isSoftmax(Value numerator, Value divisor) {
  auto exps = dyn_cast<OpResult>(numerator);
  auto sum = dyn_cast<OpResult>(divisor);
  if (!exps || !sum || !isa<linalg::GenericOp>(exps.getOwner()) ||
      !isa<linalg::GenericOp>(sum.getOwner()))
    return false;
  Value exp = getYielded(exps);
  if (!isa_and_nonnull<math::ExpOp, math::Exp2Op>(exp.getDefiningOp()) ||
      !isBelowOne(cast<linalg::GenericOp>(exps.getOwner()),
                  exp.getDefiningOp()))
    return false;
  auto sumOp = cast<linalg::GenericOp>(sum.getOwner());
  if (sum.getOwner() == exps.getOwner())
    return isSumOf(sum, exp);
  return isSumOf(sum, getArgumentOf(sumOp, numerator));
}

namespace {
/// An operand of a contraction that is a quotient.
struct Quotient {
  OpOperand *operand;
  Value numerator, divisor;
  /// From the contraction's loops.
  AffineMap numeratorMap, divisorMap;
};
} // namespace

/// Reads `operand` as a quotient whose maps are given in the contraction's loops.
static FailureOr<Quotient> matchQuotient(linalg::GenericOp contraction,
                                         OpOperand &operand) {
  auto division = operand.get().getDefiningOp<linalg::GenericOp>();
  if (!division || !division->hasOneUse() || division.getNumDpsInputs() != 2 ||
      division.getNumResults() != 1 ||
      division.getNumLoops() != division.getNumParallelLoops())
    return failure();
  auto div = getYielded(division->getResult(0)).getDefiningOp<arith::DivFOp>();
  OpOperand *numerator = division.getDpsInputOperand(0);
  OpOperand *divisor = division.getDpsInputOperand(1);
  if (!div || !llvm::hasSingleElement(division.getBody()->without_terminator()))
    return failure();
  if (div.getLhs() != division.getMatchingBlockArgument(numerator))
    std::swap(numerator, divisor);
  if (div.getLhs() != division.getMatchingBlockArgument(numerator) ||
      div.getRhs() != division.getMatchingBlockArgument(divisor) ||
      !isSoftmax(numerator->get(), divisor->get()))
    return failure();
  AffineMap toResult =
      division.getMatchingIndexingMap(division.getDpsInitOperand(0));
  if (!toResult.isPermutation())
    return failure();
  AffineMap loops = inversePermutation(toResult).compose(
      contraction.getMatchingIndexingMap(&operand));
  return Quotient{&operand, numerator->get(), divisor->get(),
                  division.getMatchingIndexingMap(numerator).compose(loops),
                  division.getMatchingIndexingMap(divisor).compose(loops)};
}

/// The map from the dimensions of the contraction's result to those of the
/// divisor, or failure if the divisor changes along the reduction.
static FailureOr<AffineMap> mapFromResult(linalg::GenericOp contraction,
                                          AffineMap divisorMap) {
  AffineMap resultMap =
      contraction.getMatchingIndexingMap(contraction.getDpsInitOperand(0));
  SmallVector<AffineExpr> exprs;
  for (AffineExpr expr : divisorMap.getResults()) {
    std::optional<unsigned> position = resultMap.getResultPosition(expr);
    if (!position)
      return failure();
    exprs.push_back(getAffineDimExpr(*position, expr.getContext()));
  }
  return AffineMap::get(resultMap.getNumResults(), 0, exprs,
                        contraction.getContext());
}

/// Whether sums of the contraction have the exponents of f32, start at zero and
/// are not empty.
static bool canDivideSums(linalg::GenericOp contraction) {
  auto type =
      dyn_cast<FloatType>(getElementTypeOrSelf(contraction.getResult(0)));
  if (!type ||
      llvm::APFloat::semanticsMaxExponent(type.getFloatSemantics()) <
          llvm::APFloat::semanticsMaxExponent(llvm::APFloat::IEEEsingle()))
    return false;
  if (!isZeroFill(contraction.getDpsInits()[0]))
    return false;
  return llvm::all_of_zip(contraction.getIteratorTypesArray(),
                          contraction.getStaticLoopRanges(),
                          [](utils::IteratorType iterator, int64_t size) {
                            return iterator != utils::IteratorType::reduction ||
                                   (!ShapedType::isDynamic(size) && size > 0);
                          });
}

static bool sinkDivision(RewriterBase &rewriter,
                         linalg::GenericOp contraction) {
  if (!canDivideSums(contraction))
    return false;
  for (OpOperand *operand : contraction.getDpsInputOperands()) {
    FailureOr<Quotient> quotient = matchQuotient(contraction, *operand);
    if (failed(quotient))
      continue;
    FailureOr<AffineMap> divisorMap =
        mapFromResult(contraction, quotient->divisorMap);
    if (failed(divisorMap))
      continue;
    rewriter.modifyOpInPlace(contraction, [&] {
      operand->set(quotient->numerator);
      SmallVector<AffineMap> maps = contraction.getIndexingMapsArray();
      maps[operand->getOperandNumber()] = quotient->numeratorMap;
      contraction.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
    });
    Location loc = contraction.getLoc();
    Value product = contraction.getResult(0);
    rewriter.setInsertionPointAfter(contraction);
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, contraction.getDpsInits()[0]);
    Value empty = tensor::EmptyOp::create(rewriter, loc, sizes,
                                          getElementTypeOrSelf(product));
    AffineMap identity = rewriter.getMultiDimIdentityMap(sizes.size());
    SmallVector<utils::IteratorType> iterators(sizes.size(),
                                               utils::IteratorType::parallel);
    auto divided = linalg::GenericOp::create(
        rewriter, loc, product.getType(),
        ValueRange{product, quotient->divisor}, empty,
        ArrayRef<AffineMap>{identity, *divisorMap, identity}, iterators,
        [](OpBuilder &b, Location loc, ValueRange args) {
          Value div = arith::DivFOp::create(b, loc, args[0], args[1]);
          linalg::YieldOp::create(b, loc, div);
        });
    rewriter.replaceAllUsesExcept(product, divided.getResult(0), divided);
    return true;
  }
  return false;
}

bool sparseopt::sinkDivisions(RewriterBase &rewriter,
                              FunctionOpInterface func) {
  SmallVector<linalg::GenericOp> contractions;
  func.walk([&](linalg::GenericOp op) {
    if (op.hasPureTensorSemantics() && isContraction(op))
      contractions.push_back(op);
  });
  bool changed = false;
  for (linalg::GenericOp op : contractions)
    changed |= sinkDivision(rewriter, op);
  return changed;
}
