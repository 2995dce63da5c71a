//===- MatchContraction.cpp - Recognise contractions with a weight --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads from the indexing maps and the body of an op of linalg whether it is a
// product of an activation with a weight, and which loop plays which part.
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace sparseopt {

//===----------------------------------------------------------------------===//
// Body
//===----------------------------------------------------------------------===//

/// `value` without widening casts that keep the value.
static Value stripWidening(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::ExtSIOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// Whether the body yields `out + in0 * in1`, in any order of the operands and
/// with the inputs widened.
static bool isSumOfProducts(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  Operation *sum = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!sum || !isa<arith::AddFOp, arith::AddIOp>(sum))
    return false;
  Value out = body->getArgument(2);
  for (unsigned outPos : {0u, 1u}) {
    Operation *product = sum->getOperand(1 - outPos).getDefiningOp();
    if (sum->getOperand(outPos) != out || !product ||
        !isa<arith::MulFOp, arith::MulIOp>(product))
      continue;
    Value lhs = stripWidening(product->getOperand(0));
    Value rhs = stripWidening(product->getOperand(1));
    Value in0 = body->getArgument(0), in1 = body->getArgument(1);
    if ((lhs == in0 && rhs == in1) || (lhs == in1 && rhs == in0))
      return true;
  }
  return false;
}

static bool isContractionOfTensors(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInputs() != 2 ||
      op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0)
    return false;
  for (Value operand : op->getOperands()) {
    // A tensor with an encoding is stored sparse already.
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || type.getEncoding())
      return false;
  }
  return isSumOfProducts(op);
}

/// Sets the accumulator's type. Returns why the types fit no linear, or "".
static std::string chooseAccumulator(Contraction &c) {
  Type input = getElementTypeOrSelf(c.input->get().getType());
  Type weight = getElementTypeOrSelf(c.source.root.getType());
  Type sum = c.op.getBlock()->getTerminator()->getOperand(0).getType();
  auto print = [](Type type) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return text;
  };
  MLIRContext *context = c.op.getContext();
  if (weight.isInteger(8) && input.isInteger(8)) {
    c.accumulator = sum.getIntOrFloatBitWidth() > 32
                        ? sum
                        : Type(IntegerType::get(context, 32));
    return "";
  }
  if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(weight) ||
      !isa<FloatType>(input))
    return "a product of " + print(input) + " and " + print(weight) +
           " is not supported";
  c.accumulator =
      sum.getIntOrFloatBitWidth() > 32 ? sum : Type(Float32Type::get(context));
  return "";
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

namespace {
/// The indexing maps of a contraction, and what they say about its loops.
class Loops {
public:
  explicit Loops(Contraction &c)
      : c(c), sizes(c.op.getStaticLoopRanges()),
        x(c.op.getMatchingIndexingMap(c.input)), w(c.source.map),
        y(c.op.getMatchingIndexingMap(c.op.getDpsInitOperand(0))) {}

  /// Fills tokens, outs and ins of the contraction; returns why it cannot.
  std::string classify(bool mayTranspose);

private:
  void dropUnitWindows();
  void dropUnitBatches();
  bool isUnit(unsigned loop) const { return sizes[loop] == 1; }
  std::string sortIntoParts();
  bool fitsLayout(ArrayRef<unsigned> tokens) const;
  std::string judgeTransposes(bool mayTranspose) const;

  Contraction &c;
  SmallVector<int64_t> sizes;
  AffineMap x, w, y;
};
} // namespace

static AffineMap replaceByZero(AffineMap map, unsigned loop) {
  return map.replace(getAffineDimExpr(loop, map.getContext()),
                     getAffineConstantExpr(0, map.getContext()),
                     map.getNumDims(), 0);
}

/// Whether each result is a loop, used once, or the constant 0.
static bool isLoopsOrZeros(AffineMap map) {
  llvm::SmallDenseSet<AffineExpr> seen;
  return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    if (isa<AffineDimExpr>(expr))
      return seen.insert(expr).second;
    return expr == getAffineConstantExpr(0, expr.getContext());
  });
}

/// Loops of size 1 vanish from sums such as `row + kernelRow`: what is left of
/// a 1x1 convolution, or of one whose kernel covers the image, is a matmul.
void Loops::dropUnitWindows() {
  for (AffineExpr expr : x.getResults()) {
    if (isa<AffineDimExpr, AffineConstantExpr>(expr))
      continue;
    for (unsigned loop = 0, e = sizes.size(); loop < e; ++loop) {
      if (!isUnit(loop) || !expr.isFunctionOfDim(loop))
        continue;
      x = replaceByZero(x, loop);
      w = replaceByZero(w, loop);
      y = replaceByZero(y, loop);
    }
  }
}

/// A batch of one weight is no batch: its loop only counts tokens.
void Loops::dropUnitBatches() {
  for (unsigned loop = 0, e = sizes.size(); loop < e; ++loop)
    if (isUnit(loop) && x.isFunctionOfDim(loop) && y.isFunctionOfDim(loop))
      w = replaceByZero(w, loop);
}

std::string Loops::sortIntoParts() {
  for (AffineExpr expr : y.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim)
      continue;
    unsigned loop = dim.getPosition();
    bool inX = x.isFunctionOfDim(loop), inW = w.isFunctionOfDim(loop);
    if (inX && inW)
      return "the weight differs along a batch dim";
    if (!inX && !inW && !isUnit(loop))
      return "an output dim depends on neither operand";
    if (inW)
      c.outs.push_back(loop);
    else
      c.tokens.push_back(loop);
  }
  for (AffineExpr expr : x.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || y.isFunctionOfDim(dim.getPosition()))
      continue;
    if (w.isFunctionOfDim(dim.getPosition()))
      c.ins.push_back(dim.getPosition());
    else if (!isUnit(dim.getPosition()))
      return "a dim of the activation is summed without the weight";
  }
  for (unsigned loop = 0, e = sizes.size(); loop < e; ++loop)
    if (w.isFunctionOfDim(loop) && !x.isFunctionOfDim(loop) &&
        !y.isFunctionOfDim(loop))
      return "a dim of the weight is summed without the activation";
  if (c.outs.empty())
    return "the weight has no output dim";
  if (c.ins.empty())
    return "the weight has no input dim";
  return "";
}

/// Whether activation and result hold `tokens` first, then ins and outs; unit
/// dims may stand anywhere.
bool Loops::fitsLayout(ArrayRef<unsigned> tokens) const {
  auto fits = [&](AffineMap map, ArrayRef<unsigned> last) {
    SmallVector<unsigned> wanted(tokens);
    llvm::append_range(wanted, last);
    SmallVector<unsigned> found;
    for (AffineExpr expr : map.getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (dim && (!isUnit(dim.getPosition()) ||
                  llvm::is_contained(wanted, dim.getPosition())))
        found.push_back(dim.getPosition());
    }
    return found == wanted;
  };
  return fits(x, c.ins) && fits(y, c.outs);
}

/// Per token, in + out values are copied and in * out products computed; a copy
/// costs about as much as this many products.
static constexpr int64_t kProductsPerCopy = 16;

/// Why the activations are not transposed, or "".
std::string Loops::judgeTransposes(bool mayTranspose) const {
  auto getProduct = [&](ArrayRef<unsigned> loops) {
    int64_t product = 1;
    for (unsigned loop : loops)
      product *= sizes[loop];
    return product;
  };
  int64_t numIns = getProduct(c.ins), numOuts = getProduct(c.outs);
  if (!mayTranspose)
    return "its tokens are not the leading dims, and activations are not "
           "transposed";
  if (numIns * numOuts < kProductsPerCopy * (numIns + numOuts))
    return llvm::formatv("its tokens are not the leading dims, and {0} inputs "
                         "and {1} outputs are too few to transpose activations",
                         numIns, numOuts);
  return "";
}

std::string Loops::classify(bool mayTranspose) {
  dropUnitWindows();
  if (!isLoopsOrZeros(x) || !isLoopsOrZeros(y))
    return "it reads its activation through a window";
  dropUnitBatches();
  if (!isLoopsOrZeros(w))
    return "it reads a diagonal of the weight";
  std::string reason = sortIntoParts();
  if (!reason.empty())
    return reason;
  if (!fitsLayout(c.tokens)) {
    llvm::erase_if(c.tokens, [&](unsigned loop) { return isUnit(loop); });
    if (!fitsLayout(c.tokens)) {
      reason = judgeTransposes(mayTranspose);
      if (!reason.empty())
        return reason;
      c.transposesActivations = true;
    }
  }
  c.source.map = w;
  c.inputMap = x;
  c.resultMap = y;
  return "";
}

//===----------------------------------------------------------------------===//
// Match
//===----------------------------------------------------------------------===//

/// A product of integers with zero points, as quantized models have it.
static std::optional<Contraction> matchQuantized(linalg::LinalgOp op) {
  if (!isa<linalg::QuantizedMatmulOp, linalg::QuantizedBatchMatmulOp,
           linalg::ConvolutionOpInterface>(op.getOperation()) ||
      op.getNumDpsInputs() != 4 || !op.hasPureTensorSemantics())
    return std::nullopt;
  OpOperand *weight = op.getDpsInputOperand(1);
  std::optional<WeightSource> source =
      traceWeight(weight->get(), op.getMatchingIndexingMap(weight));
  if (!source)
    return std::nullopt;
  Contraction c{op, op.getDpsInputOperand(0), weight, *source};
  c.reason = "zero points are not supported";
  return c;
}

std::optional<Contraction> matchContraction(linalg::LinalgOp op,
                                            bool mayTranspose) {
  if (!isContractionOfTensors(op))
    return matchQuantized(op);
  for (unsigned pos : {1u, 0u}) {
    OpOperand *weight = op.getDpsInputOperand(pos);
    std::optional<WeightSource> source =
        traceWeight(weight->get(), op.getMatchingIndexingMap(weight));
    if (!source)
      continue;
    Contraction c{op, op.getDpsInputOperand(1 - pos), weight, *source};
    c.reason = chooseAccumulator(c);
    if (c.reason.empty())
      c.reason = Loops(c).classify(mayTranspose);
    return c;
  }
  return std::nullopt;
}

} // namespace sparseopt
