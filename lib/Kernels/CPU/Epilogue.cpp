//===- Epilogue.cpp - Fused scalar epilogue on vectors ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks epilogue bodies and clones them on vectors. 16-bit floats are computed
// in f32 and rounded after each operation, which is what scalar hardware
// without 16-bit arithmetic does.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;
using arith::CmpIPredicate;

/// Epilogues of at most this many operations stay in registers.
static constexpr unsigned maxCheapOps = 4;

static bool isHalf(Type type) {
  return isa<BFloat16Type, Float16Type>(getElementTypeOrSelf(type));
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// The reason why `op` has no vector form; empty if it has one.
static std::string getVectorObstacle(Operation &op) {
  std::string name =
      ("epilogue operation '" + op.getName().getStringRef() + "'").str();
  for (Value operand : op.getOperands()) {
    bool local = operand.getParentBlock() == op.getBlock();
    if (!local && !matchPattern(operand, m_Constant()))
      return name + " uses a value from outside that is not a constant";
    if (!operand.getType().isIntOrFloat())
      return name + " has an operand that is not an integer or float";
  }
  if (op.hasTrait<OpTrait::IsTerminator>())
    return op.getNumOperands() == 1 ? "" : name + " must yield one value";
  if (isa<arith::ConstantOp>(op))
    return "";
  if (!OpTrait::hasElementwiseMappableTraits(&op) || op.getNumRegions() != 0 ||
      op.getNumResults() != 1 || !op.getResult(0).getType().isIntOrFloat())
    return name + " has no vector form";
  return "";
}

/// Whether the map is one of (t, o), (o), (t), ().
static bool isSupportedExtra(AffineMap map) {
  if (map.getNumDims() != 2 || map.getNumSymbols() != 0)
    return false;
  MLIRContext *context = map.getContext();
  AffineExpr t = getAffineDimExpr(0, context), o = getAffineDimExpr(1, context);
  ArrayRef<AffineExpr> results = map.getResults();
  return results.empty() || results == ArrayRef<AffineExpr>{t} ||
         results == ArrayRef<AffineExpr>{o} ||
         results == ArrayRef<AffineExpr>{t, o};
}

FailureOr<Epilogue> Epilogue::create(const KernelSpec &spec, Location loc) {
  Epilogue epilogue(spec);
  for (const KernelExtra &extra : spec.extras)
    if (!isSupportedExtra(extra.map) || !extra.elementType.isIntOrFloat() ||
        extra.elementType.getIntOrFloatBitWidth() % 8 != 0)
      return emitError(loc)
             << "extra operand of type " << extra.elementType << " with map "
             << AffineMapAttr::get(extra.map) << " cannot be fused";
  if (!isa<Float32Type, BFloat16Type, Float16Type>(spec.resultType) &&
      !spec.epilogue)
    return emitError(loc) << "a kernel cannot store results of type "
                          << spec.resultType;
  if (!spec.epilogue)
    return epilogue;
  if (!spec.epilogue->hasOneBlock())
    return emitError(loc) << "the epilogue must have one block";
  Block &block = spec.epilogue->front();
  if (block.getNumArguments() != spec.extras.size() + 1 ||
      !block.getArgument(0).getType().isF32())
    return emitError(loc) << "the epilogue must take the f32 accumulator and "
                          << spec.extras.size() << " extras";
  unsigned numOps = 0;
  for (Operation &op : block) {
    if (std::string reason = getVectorObstacle(op); !reason.empty())
      return emitError(loc) << reason;
    numOps += !isa<arith::ConstantOp, arith::ExtFOp, arith::TruncFOp>(op);
    if (isa<math::MathDialect>(op.getDialect()) || isa<arith::DivFOp>(op))
      numOps += maxCheapOps;
  }
  // The terminator is counted, too.
  epilogue.cheap = numOps <= maxCheapOps + 1;
  return epilogue;
}

//===----------------------------------------------------------------------===//
// Cloning on vectors
//===----------------------------------------------------------------------===//

/// Rounds f32 to a 16-bit float, ties to even. bf16 is done on integers: not
/// every target has an instruction, and the library call is not available.
static Value narrow(Emitter &e, Value value, Type element) {
  auto type = cast<VectorType>(value.getType());
  if (!element.isBF16())
    return arith::TruncFOp::create(e.b, type.clone(element), value);
  VectorType ints = type.clone(e.b.getI32Type());
  auto splat = [&](int32_t v) -> Value {
    return arith::ConstantOp::create(
        e.b, DenseElementsAttr::get(ints, e.b.getI32IntegerAttr(v)));
  };
  Value bits = arith::BitcastOp::create(e.b, ints, value);
  Value high = arith::ShRUIOp::create(e.b, bits, splat(16));
  Value odd = arith::AndIOp::create(e.b, high, splat(1));
  Value bias = arith::AddIOp::create(e.b, odd, splat(0x7fff));
  Value sum = arith::AddIOp::create(e.b, bits, bias);
  Value rounded = arith::ShRUIOp::create(e.b, sum, splat(16));
  Value quiet = arith::OrIOp::create(e.b, high, splat(0x40));
  Value isNaN =
      arith::CmpFOp::create(e.b, arith::CmpFPredicate::UNO, value, value);
  Value result = arith::SelectOp::create(e.b, isNaN, quiet, rounded);
  Value narrowBits =
      arith::TruncIOp::create(e.b, type.clone(e.b.getI16Type()), result);
  return arith::BitcastOp::create(e.b, type.clone(element), narrowBits);
}

/// Clones one operation of the body on vectors of `lanes` elements.
static Value cloneOnVectors(Emitter &e, Operation &op, ValueRange operands,
                            int64_t lanes) {
  Type resultType = op.getResult(0).getType();
  if (isa<arith::TruncFOp>(op) && resultType.isBF16() &&
      op.getOperand(0).getType().isF32())
    return narrow(e, operands[0], resultType);
  bool moves =
      isa<arith::SelectOp, arith::BitcastOp, arith::ExtFOp, arith::TruncFOp>(
          op);
  Values args;
  for (Value operand : operands)
    args.push_back(!moves && isHalf(operand.getType()) ? e.widen(operand)
                                                       : operand);
  bool rounds = !moves && isHalf(resultType);
  Operation *clone = e.b.clone(op);
  clone->setOperands(args);
  clone->getResult(0).setType(e.vec(lanes, rounds ? Type(e.f32) : resultType));
  return rounds ? narrow(e, clone->getResult(0), resultType)
                : clone->getResult(0);
}

static Value splatConstant(Emitter &e, Attribute value, Type type,
                           int64_t lanes) {
  return arith::ConstantOp::create(
      e.b, DenseElementsAttr::get(e.vec(lanes, type), value));
}

Value Epilogue::loadExtra(Emitter &e, const KernelExtra &extra, Value address,
                          Value token, Value out, int64_t lanes,
                          Value mask) const {
  bool hasToken = extra.map.isFunctionOfDim(0);
  bool hasOut = extra.map.isFunctionOfDim(1);
  Type type = extra.elementType;
  if (hasToken)
    address =
        e.gep(address, hasOut ? e.mul(token, spec->outFeatures) : token, type);
  if (!hasOut)
    return e.broadcast(e.load(address, type), lanes);
  address = e.gep(address, out, type);
  return mask ? e.maskedLoad(address, e.vec(lanes, type), mask)
              : e.load(address, e.vec(lanes, type));
}

Value Epilogue::apply(Emitter &e, const KernelArgs &args, Value acc,
                      Value token, Value out, Value mask) const {
  int64_t lanes = cast<VectorType>(acc.getType()).getNumElements();
  if (!spec->epilogue)
    return spec->resultType.isF32() ? acc : narrow(e, acc, spec->resultType);

  Block &block = spec->epilogue->front();
  IRMapping mapping;
  mapping.map(block.getArgument(0), acc);
  for (auto [extra, address, arg] : llvm::zip_equal(
           spec->extras, args.extras, block.getArguments().drop_front()))
    mapping.map(arg, loadExtra(e, extra, address, token, out, lanes, mask));
  auto lookup = [&](Value value) -> Value {
    if (Value mapped = mapping.lookupOrNull(value))
      return mapped;
    Attribute constant;
    (void)matchPattern(value, m_Constant(&constant));
    return splatConstant(e, constant, value.getType(), lanes);
  };
  for (Operation &op : block.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      mapping.map(
          constant.getResult(),
          splatConstant(e, constant.getValue(), constant.getType(), lanes));
      continue;
    }
    Values operands = llvm::map_to_vector(op.getOperands(), lookup);
    mapping.map(op.getResult(0), cloneOnVectors(e, op, operands, lanes));
  }
  return lookup(block.getTerminator()->getOperand(0));
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

void Epilogue::storeVectors(Emitter &e, const KernelArgs &args,
                            ArrayRef<Value> acc, Value token, Value out0,
                            bool masked) const {
  int64_t lanes = cast<VectorType>(acc[0].getType()).getNumElements();
  Value row = e.gep(args.y, e.mul(token, spec->outFeatures), spec->resultType);
  for (auto [index, vector] : llvm::enumerate(acc)) {
    Value out = e.add(out0, index * lanes);
    Value mask;
    if (masked)
      mask = e.laneMask(e.sub(e.constant(spec->outFeatures), out), lanes);
    Value result = apply(e, args, vector, token, out, mask);
    Value address = e.gep(row, out, spec->resultType);
    if (masked)
      e.maskedStore(result, address, mask);
    else
      e.store(result, address);
  }
}

void Epilogue::storeRow(Emitter &e, const KernelArgs &args, ArrayRef<Value> acc,
                        Value token, Value out0) const {
  storeTile(e, args, {Values(acc)}, token, Value(), out0);
}

void Epilogue::storeTile(Emitter &e, const KernelArgs &args,
                         ArrayRef<Values> acc, Value token0, Value valid,
                         Value out0) const {
  int64_t tokens = acc.size(), vectors = acc[0].size();
  int64_t lanes = cast<VectorType>(acc[0][0].getType()).getNumElements();
  int64_t width = vectors * lanes;
  // The same stores without and with masks, chosen per tile.
  auto withTail = [&](llvm::function_ref<void(bool)> stores) {
    if (spec->outFeatures % width == 0)
      return stores(/*masked=*/false);
    Value inside =
        e.cmp(CmpIPredicate::sle, e.add(out0, width), spec->outFeatures);
    e.ifThen(inside, [&] { stores(false); }, [&] { stores(true); });
  };
  if (!valid && (cheap || tokens == 1)) {
    withTail([&](bool masked) {
      for (auto [index, row] : llvm::enumerate(acc))
        storeVectors(e, args, row, e.add(token0, index), out0, masked);
    });
    return;
  }
  Value buffer = e.alloca(tokens * width * 4);
  for (auto [t, row] : llvm::enumerate(acc))
    for (auto [v, vector] : llvm::enumerate(row))
      e.store(vector, e.gep(buffer, t * width + v * lanes, e.f32));
  Value count = valid ? valid : e.constant(tokens);
  withTail([&](bool masked) {
    e.loop(e.constant(0), count, 1, [&](Value t) {
      Value row = e.gep(buffer, e.mul(t, width), e.f32);
      Values loaded;
      for (int64_t v = 0; v < vectors; ++v)
        loaded.push_back(e.load(e.gep(row, v * lanes, e.f32), e.vec(lanes)));
      storeVectors(e, args, loaded, e.add(token0, t), out0, masked);
    });
  });
}
