//===- AbstractValue.cpp - Abstract evaluation of scalar code ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules for operands that are not constant, and constant folding for both signs
// of a zero.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/AbstractValue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

TypedAttr facts::toAttr(Scalar value, Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    TypedAttr element = toAttr(value, tensor.getElementType());
    if (!element || !tensor.hasStaticShape())
      return {};
    return cast<TypedAttr>(
        cast<Attribute>(DenseElementsAttr::get(tensor, element)));
  }
  if (isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type) &&
      value.isFloat())
    return FloatAttr::get(type, value.getFloat());
  if ((type.isIndex() ||
       (type.isSignlessInteger() && type.getIntOrFloatBitWidth() <= 64)) &&
      !value.isFloat())
    return IntegerAttr::get(type, value.getInteger());
  return {};
}

std::optional<Scalar> facts::toScalar(Attribute attr) {
  if (auto splat = dyn_cast_or_null<DenseElementsAttr>(attr))
    return splat.isSplat() && splat.getElementType().isIntOrIndexOrFloat()
               ? toScalar(splat.getSplatValue<Attribute>())
               : std::nullopt;
  if (auto number = dyn_cast_or_null<FloatAttr>(attr))
    if (number.getType().getIntOrFloatBitWidth() <= 64)
      return Scalar::getFloat(number.getValueAsDouble());
  if (auto number = dyn_cast_or_null<IntegerAttr>(attr))
    if (number.getValue().getBitWidth() <= 64)
      return Scalar::getInteger(number.getValue().getSExtValue());
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Constant operands
//===----------------------------------------------------------------------===//

/// Folds `op` on constants with upstream's folder, which must not leave a change
/// in the op.
static std::optional<AbstractValue> foldOnce(Operation *op,
                                             ArrayRef<Attribute> constants,
                                             ArrayRef<AbstractValue> operands) {
  SmallVector<Value> originalOperands(op->getOperands());
  DictionaryAttr originalAttrs = op->getAttrDictionary();
  SmallVector<OpFoldResult> results;
  bool folded = succeeded(op->fold(constants, results)) && !results.empty();
  if (!folded) {
    op->setOperands(originalOperands);
    op->setAttrs(originalAttrs);
    return std::nullopt;
  }
  if (auto attr = dyn_cast<Attribute>(results.front())) {
    std::optional<Scalar> value = toScalar(attr);
    if (!value)
      return std::nullopt;
    return AbstractValue::getConstant(*value);
  }
  auto *operand = llvm::find(originalOperands, cast<Value>(results.front()));
  if (operand == originalOperands.end())
    return std::nullopt;
  return operands[operand - originalOperands.begin()];
}

/// A float zero of one sign.
static Attribute makeZero(Type type, bool isNegative) {
  auto zero =
      FloatAttr::get(getElementTypeOrSelf(type), isNegative ? -0.0 : 0.0);
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return DenseElementsAttr::get(tensor, Attribute(zero));
  return zero;
}

/// Result on constant operands. A float zero may have either sign, so the result
/// has to be the same for all choices.
static std::optional<AbstractValue>
foldConstants(Operation *op, ArrayRef<AbstractValue> operands) {
  SmallVector<Attribute> constants;
  SmallVector<unsigned> zeros;
  for (auto [index, value] : llvm::enumerate(operands)) {
    Type type = op->getOperand(index).getType();
    constants.push_back(value.constant ? toAttr(*value.constant, type)
                                       : Attribute());
    if (!constants.back())
      return std::nullopt;
    if (value.constant->isZero() && isa<FloatType>(getElementTypeOrSelf(type)))
      zeros.push_back(index);
  }
  constexpr size_t maxZeros = 4;
  if (zeros.size() > maxZeros)
    return std::nullopt;
  std::optional<AbstractValue> result;
  for (unsigned signs = 0; signs < (1U << zeros.size()); ++signs) {
    for (auto [bit, index] : llvm::enumerate(zeros))
      constants[index] = makeZero(op->getOperand(index).getType(),
                                  /*isNegative=*/(signs >> bit) & 1);
    std::optional<AbstractValue> choice = foldOnce(op, constants, operands);
    if (!choice || !choice->constant ||
        (result && result->constant != choice->constant))
      return std::nullopt;
    result = choice;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Operands that are not constant
//===----------------------------------------------------------------------===//

namespace {

/// Applies the rules of one op.
class RuleEvaluator {
public:
  RuleEvaluator(Operation *op, ArrayRef<AbstractValue> operands,
                bool assumeFinite)
      : op(op), operands(operands), assumeFinite(assumeFinite) {
    if (auto flags = dyn_cast<arith::ArithFastMathInterface>(op))
      if (flags.getFastMathFlagsAttr())
        fastMath = flags.getFastMathFlagsAttr().getValue();
  }

  AbstractValue evaluate();

private:
  bool isConstant(unsigned index, double value) const {
    return operands[index].constant == Scalar::getFloat(value);
  }
  bool isInteger(unsigned index, int64_t value) const {
    return operands[index].constant == Scalar::getInteger(value);
  }
  bool isInfinite(unsigned index) const {
    const auto &value = operands[index].constant;
    return value && value->isFloat() && std::isinf(value->getFloat());
  }
  bool hasFlags(arith::FastMathFlags flags) const {
    return bitEnumContainsAll(fastMath, flags);
  }
  bool isFinite(unsigned index) const {
    if (operands[index].constant)
      return operands[index].constant->isFinite();
    return operands[index].finite || assumeFinite ||
           hasFlags(arith::FastMathFlags::nnan | arith::FastMathFlags::ninf);
  }
  AbstractValue multiply(unsigned lhs, unsigned rhs) const;
  AbstractValue add(bool subtract) const;
  AbstractValue divide() const;
  AbstractValue extremum(double neutral) const;
  AbstractValue select() const;
  AbstractValue fma() const;
  AbstractValue reciprocalRoot() const;
  AbstractValue commuteInteger(std::optional<int64_t> annihilator,
                               int64_t neutral) const;
  bool keepsFinite() const;

  Operation *op;
  ArrayRef<AbstractValue> operands;
  bool assumeFinite;
  arith::FastMathFlags fastMath = arith::FastMathFlags::none;
};

} // namespace

AbstractValue RuleEvaluator::multiply(unsigned lhs, unsigned rhs) const {
  for (auto [zero, other] : {std::pair(lhs, rhs), std::pair(rhs, lhs)}) {
    if (isConstant(zero, 0.0) && isFinite(other))
      return AbstractValue::getConstant(Scalar::getFloat(0.0));
    if (isConstant(zero, 1.0))
      return operands[other];
  }
  return {};
}

AbstractValue RuleEvaluator::add(bool subtract) const {
  if (isConstant(1, 0.0))
    return operands[0];
  if (isConstant(0, 0.0) && !subtract)
    return operands[1];
  if (isInfinite(0) && isFinite(1))
    return operands[0];
  if (isInfinite(1) && isFinite(0)) {
    double value = operands[1].constant->getFloat();
    return AbstractValue::getConstant(
        Scalar::getFloat(subtract ? -value : value));
  }
  return {};
}

AbstractValue RuleEvaluator::divide() const {
  // 0/0 and 0/nan are NaN; without NaNs neither happens.
  if (isConstant(0, 0.0) && !operands[1].constant &&
      (assumeFinite || hasFlags(arith::FastMathFlags::nnan)))
    return AbstractValue::getConstant(Scalar::getFloat(0.0));
  if (isConstant(1, 1.0))
    return operands[0];
  return {};
}

AbstractValue RuleEvaluator::extremum(double neutral) const {
  if (isConstant(0, neutral))
    return operands[1];
  if (isConstant(1, neutral))
    return operands[0];
  return {};
}

AbstractValue RuleEvaluator::select() const {
  if (operands[0].constant)
    return operands[operands[0].constant->isZero() ? 2 : 1];
  const AbstractValue &onTrue = operands[1];
  const AbstractValue &onFalse = operands[2];
  AbstractValue result;
  result.finite = onTrue.finite && onFalse.finite;
  if (onTrue.constant && onTrue.constant == onFalse.constant)
    result.constant = onTrue.constant;
  if (onTrue.alias && onTrue.alias == onFalse.alias)
    result.alias = onTrue.alias;
  return result;
}

AbstractValue RuleEvaluator::fma() const {
  AbstractValue product = multiply(0, 1);
  if (product.constant && product.constant->isZero())
    return operands[2];
  return {};
}

AbstractValue RuleEvaluator::reciprocalRoot() const {
  const std::optional<Scalar> &value = operands[0].constant;
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (!value || !isa<FloatType>(type) || !(value->getFloat() > 0))
    return {};
  // The attribute rounds to the type.
  TypedAttr root =
      toAttr(Scalar::getFloat(1.0 / std::sqrt(value->getFloat())), type);
  std::optional<Scalar> rounded = toScalar(root);
  return rounded ? AbstractValue::getConstant(*rounded) : AbstractValue();
}

AbstractValue RuleEvaluator::commuteInteger(std::optional<int64_t> annihilator,
                                            int64_t neutral) const {
  for (unsigned index : {0U, 1U}) {
    if (annihilator && isInteger(index, *annihilator))
      return operands[index];
    if (isInteger(index, neutral))
      return operands[1 - index];
  }
  return {};
}

/// Whether the function is zero at a zero of either sign.
static bool mapsZeroToZero(Operation *op) {
  return isa<math::SqrtOp, math::CbrtOp, math::SinOp, math::TanOp, math::AsinOp,
             math::AtanOp, math::SinhOp, math::TanhOp, math::AsinhOp,
             math::AtanhOp, math::ErfOp, math::ExpM1Op, math::Log1pOp>(op);
}

bool RuleEvaluator::keepsFinite() const {
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (!isa<FloatType>(type))
    return type.isIntOrIndex();
  // The largest integer of 128 bits rounds to an infinity in 32 bits.
  if (isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return type.getIntOrFloatBitWidth() >= 32 &&
           getElementTypeOrSelf(op->getOperand(0)).getIntOrFloatBitWidth() <=
               64;
  return isa<arith::NegFOp, arith::ExtFOp, arith::MaximumFOp, arith::MinimumFOp,
             arith::MaxNumFOp, arith::MinNumFOp, math::AbsFOp, math::TanhOp,
             math::ErfOp, math::SinOp, math::CosOp, math::CeilOp, math::FloorOp,
             math::RoundOp, math::RoundEvenOp, math::TruncOp>(op) &&
         llvm::all_of(operands,
                      [](const AbstractValue &value) { return value.finite; });
}

AbstractValue RuleEvaluator::evaluate() {
  if (mapsZeroToZero(op) && isConstant(0, 0.0))
    return operands[0];
  double infinity = std::numeric_limits<double>::infinity();
  AbstractValue result =
      llvm::TypeSwitch<Operation *, AbstractValue>(op)
          .Case<arith::MulFOp>([&](auto) { return multiply(0, 1); })
          .Case<arith::AddFOp>([&](auto) { return add(false); })
          .Case<arith::SubFOp>([&](auto) { return add(true); })
          .Case<arith::DivFOp>([&](auto) { return divide(); })
          .Case<arith::MaximumFOp, arith::MaxNumFOp>(
              [&](auto) { return extremum(-infinity); })
          .Case<arith::MinimumFOp, arith::MinNumFOp>(
              [&](auto) { return extremum(infinity); })
          .Case<arith::SelectOp>([&](auto) { return select(); })
          .Case<math::FmaOp>([&](auto) { return fma(); })
          .Case<math::RsqrtOp>([&](auto) { return reciprocalRoot(); })
          .Case<arith::MulIOp>([&](auto) { return commuteInteger(0, 1); })
          .Case<arith::AndIOp>([&](auto) { return commuteInteger(0, -1); })
          .Case<arith::AddIOp, arith::OrIOp, arith::XOrIOp>(
              [&](auto) { return commuteInteger(std::nullopt, 0); })
          .Case<arith::SubIOp, arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(
              [&](auto) {
                return isInteger(1, 0) ? operands[0] : AbstractValue();
              })
          .Default([](Operation *) { return AbstractValue(); });
  result.finite |= keepsFinite();
  return result;
}

AbstractValue facts::evaluateOp(Operation *op, ArrayRef<AbstractValue> operands,
                                bool assumeFinite) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (op->getNumResults() != 1 || (dialect != "arith" && dialect != "math"))
    return {};
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    std::optional<Scalar> value = toScalar(constant.getValue());
    return value ? AbstractValue::getConstant(*value) : AbstractValue();
  }
  if (std::optional<AbstractValue> folded = foldConstants(op, operands))
    return *folded;
  return RuleEvaluator(op, operands, assumeFinite).evaluate();
}

SmallVector<AbstractValue>
facts::evaluateBody(Block &body, ArrayRef<AbstractValue> arguments,
                    CapturedValueFn captured, SpecialOpFn special,
                    bool assumeFinite) {
  llvm::SmallDenseMap<Value, AbstractValue> values;
  for (auto [argument, value] : llvm::zip_equal(body.getArguments(), arguments))
    values[argument] = value;
  auto lookup = [&](Value value) {
    auto known = values.find(value);
    return known == values.end() ? captured(value) : known->second;
  };
  SmallVector<AbstractValue> operands;
  for (Operation &op : body) {
    operands.clear();
    for (Value operand : op.getOperands())
      operands.push_back(lookup(operand));
    if (op.hasTrait<OpTrait::IsTerminator>())
      break;
    std::optional<AbstractValue> value = special(&op, operands);
    if (!value)
      value = evaluateOp(&op, operands, assumeFinite);
    for (Value result : op.getResults())
      values[result] = *value;
  }
  return operands;
}
