//===- MathPolynomials.cpp - Polynomials for exp and erf --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp: argument reduction by multiples of ln 2 (Cody and Waite), a polynomial of degree
// six (Cephes), and the power of two added to the exponent field. erf: a polynomial of
// degree twelve in the square, fitted on [0, 3.6], where erf reaches one.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Vectorize/MathPolynomials.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <limits>

using namespace mlir;

namespace {

/// Builds arithmetic on f32, or on vectors of it.
class Builder32 {
public:
  Builder32(PatternRewriter &rewriter, Location loc, Type type)
      : b(loc, rewriter), type(type) {
    contract = arith::FastMathFlagsAttr::get(b.getContext(),
                                             arith::FastMathFlags::contract);
    Type i32 = b.getI32Type();
    auto vector = dyn_cast<VectorType>(type);
    intType = vector ? Type(vector.clone(i32)) : i32;
  }

  Value constant(float value) { return splat(b.getF32FloatAttr(value), type); }
  Value constant(int32_t value) {
    return splat(b.getI32IntegerAttr(value), intType);
  }
  Value add(Value x, Value y) {
    return arith::AddFOp::create(b, x, y, contract);
  }
  Value sub(Value x, Value y) {
    return arith::SubFOp::create(b, x, y, contract);
  }
  Value mul(Value x, Value y) {
    return arith::MulFOp::create(b, x, y, contract);
  }
  /// x * y + z, one operation where the target has it.
  Value mulAdd(Value x, Value y, Value z) { return add(mul(x, y), z); }
  /// Coefficients from the highest power down.
  Value polynomial(Value x, ArrayRef<float> coefficients) {
    Value sum = constant(coefficients.front());
    for (float coefficient : coefficients.drop_front())
      sum = mulAdd(sum, x, constant(coefficient));
    return sum;
  }
  Value select(arith::CmpFPredicate predicate, Value x, float limit, Value then,
               Value otherwise) {
    Value condition = arith::CmpFOp::create(b, predicate, x, constant(limit));
    return arith::SelectOp::create(b, condition, then, otherwise);
  }
  /// `x` with `exponent`, the lowest bits of an integer, added to its exponent.
  Value scale(Value x, Value exponent) {
    Value bits = arith::BitcastOp::create(b, intType, exponent);
    Value shifted = arith::ShLIOp::create(b, bits, constant(23));
    Value sum = arith::AddIOp::create(
        b, arith::BitcastOp::create(b, intType, x), shifted);
    return arith::BitcastOp::create(b, type, sum);
  }

private:
  Value splat(TypedAttr value, Type of) {
    if (auto vector = dyn_cast<VectorType>(of))
      return arith::ConstantOp::create(b,
                                       DenseElementsAttr::get(vector, value));
    return arith::ConstantOp::create(b, value);
  }

  ImplicitLocOpBuilder b;
  Type type, intType;
  arith::FastMathFlagsAttr contract;
};

bool isSupported(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return getElementTypeOrSelf(type).isF32() &&
         !(vector && vector.isScalable()) && (vector || type.isF32());
}

struct ExpandExp : public OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not of f32");
    Builder32 b(rewriter, op.getLoc(), op.getType());
    Value x = op.getOperand();
    // Adding 1.5 * 2^23 rounds to an integer, which stands in the lowest bits.
    Value round = b.constant(12582912.0f);
    Value biased = b.mulAdd(x, b.constant(1.44269504f), round);
    Value n = b.sub(biased, round);
    Value r = b.mulAdd(n, b.constant(-0.693359375f), x);
    r = b.mulAdd(n, b.constant(2.12194440e-4f), r);
    Value p =
        b.polynomial(r, {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                         4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f});
    p = b.mulAdd(p, b.mul(r, r), b.add(r, b.constant(1.0f)));
    Value result = b.scale(p, biased);
    // Above, and for NaN: infinity times the argument is right for both.
    Value overflow =
        b.mul(x, b.constant(std::numeric_limits<float>::infinity()));
    result =
        b.select(arith::CmpFPredicate::UGT, x, 88.7228317f, overflow, result);
    result = b.select(arith::CmpFPredicate::OLT, x, -87.3365402f,
                      b.constant(0.0f), result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct ExpandErf : public OpRewritePattern<math::ErfOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ErfOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not of f32");
    Builder32 b(rewriter, op.getLoc(), op.getType());
    // Comparisons that are false for NaN let it pass.
    Value z = op.getOperand();
    z = b.select(arith::CmpFPredicate::OGT, z, 3.6f, b.constant(3.6f), z);
    z = b.select(arith::CmpFPredicate::OLT, z, -3.6f, b.constant(-3.6f), z);
    Value t = b.mulAdd(b.mul(z, z), b.constant(2.0f / (3.6f * 3.6f)),
                       b.constant(-1.0f));
    Value p = b.polynomial(
        t, {0.0021487909834831953f, -0.00574097316712141f,
            0.005899403244256973f, -0.00830666720867157f, 0.019889218732714653f,
            -0.03436132147908211f, 0.04892636463046074f, -0.06755413115024567f,
            0.08967991173267365f, -0.1138468012213707f, 0.14382082223892212f,
            -0.1954888552427292f, 0.3927119970321655f});
    rewriter.replaceOp(op, b.mul(z, p));
    return success();
  }
};

} // namespace

void sparseopt::populateMathPolynomialPatterns(RewritePatternSet &patterns,
                                               PatternBenefit benefit) {
  patterns.add<ExpandExp, ExpandErf>(patterns.getContext(), benefit);
}
