//===- DeviceEpilogue.cpp - Fused epilogue of device kernels ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums of a lane belong to two rows and, per eight tokens, to two tokens. Results of
// 16 bits are transposed across the warp, so that a lane stores two adjacent outputs.
//
//===----------------------------------------------------------------------===//

#include "DeviceEpilogue.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

static std::string getObstacle(Operation &op) {
  std::string name =
      ("epilogue operation '" + op.getName().getStringRef() + "'").str();
  for (Value operand : op.getOperands())
    if (operand.getParentBlock() != op.getBlock() &&
        !matchPattern(operand, m_Constant()))
      return name + " uses a value from outside that is not a constant";
  if (op.hasTrait<OpTrait::IsTerminator>())
    return op.getNumOperands() == 1 ? "" : name + " must yield one value";
  if (!isa<arith::ArithDialect, math::MathDialect>(op.getDialect()) ||
      op.getNumRegions() != 0 || op.getNumResults() != 1)
    return name + " has no form on a device";
  return "";
}

std::string nvidia::getEpilogueObstacle(const KernelSpec &spec) {
  if (!isa<Float32Type, BFloat16Type, Float16Type>(spec.resultType))
    return "results are f32, bf16 or f16";
  for (const KernelExtra &extra : spec.extras) {
    Type type = extra.elementType;
    if (!isa<Float32Type, BFloat16Type, Float16Type>(type))
      return "extra operands are f32, bf16 or f16";
    AffineMap map = extra.map;
    bool ordered =
        map.getNumResults() < 2 ||
        map == AffineMap::getMultiDimIdentityMap(2, map.getContext());
    if (map.getNumDims() != 2 || !map.isProjectedPermutation() || !ordered)
      return "an extra operand's map is not (t, o), (t), (o) or ()";
  }
  if (!spec.epilogue)
    return "";
  if (!spec.epilogue->hasOneBlock() ||
      spec.epilogue->front().getNumArguments() != spec.extras.size() + 1 ||
      !spec.epilogue->front().getArgument(0).getType().isF32())
    return "the epilogue must be one block of the f32 sum and the extras";
  for (Operation &op : spec.epilogue->front())
    if (std::string reason = getObstacle(op); !reason.empty())
      return reason;
  return "";
}

Value DeviceEpilogue::isRow(Value row) {
  return e.cmp(CmpIPredicate::slt, row, spec.outFeatures);
}

Value DeviceEpilogue::getAddress(Value row, Value token) {
  Value index = e.add(e.mul(e.extend(token, e.i64), spec.outFeatures),
                      e.extend(row, e.i64));
  return e.gep(arguments.y, index, spec.resultType);
}

Value DeviceEpilogue::loadExtra(unsigned index, Value row, Value token) {
  const KernelExtra &extra = spec.extras[index];
  Value pointer = arguments.extras[index];
  bool hasToken = extra.map.isFunctionOfDim(0);
  bool hasRow = extra.map.isFunctionOfDim(1);
  // What lies outside is not stored; its operands are those of the last one.
  if (hasRowTail)
    row = e.min(row, e.constant(spec.outFeatures - 1));
  Value offset;
  if (hasToken) {
    token = e.min(token, e.add(arguments.tokens, -1));
    offset = e.mul(e.extend(token, e.i64), hasRow ? spec.outFeatures : 1);
  }
  if (hasRow) {
    Value column = e.extend(row, e.i64);
    offset = offset ? e.add(offset, column) : column;
  }
  if (offset)
    pointer = e.gep(pointer, offset, extra.elementType);
  return LLVM::LoadOp::create(e.b, extra.elementType, pointer);
}

Value DeviceEpilogue::apply(Value sum, Value row, Value token,
                            ArrayRef<Value> fixed) {
  if (!spec.epilogue)
    return spec.resultType.isF32()
               ? sum
               : arith::TruncFOp::create(e.b, spec.resultType, sum).getResult();
  Block &block = spec.epilogue->front();
  IRMapping mapping;
  mapping.map(block.getArgument(0), sum);
  for (unsigned i = 0; i < spec.extras.size(); ++i)
    mapping.map(block.getArgument(i + 1),
                fixed[i] ? fixed[i] : loadExtra(i, row, token));
  for (Operation &op : block) {
    for (Value operand : op.getOperands()) {
      Attribute constant;
      if (!mapping.contains(operand) &&
          matchPattern(operand, m_Constant(&constant)))
        mapping.map(operand,
                    arith::ConstantOp::create(e.b, cast<TypedAttr>(constant)));
    }
    if (!op.hasTrait<OpTrait::IsTerminator>())
      e.b.clone(op, mapping);
  }
  return mapping.lookup(block.getTerminator()->getOperand(0));
}

/// Two 16-bit results in one register, the first one in the low half.
static Value joinHalves(DeviceEmitter &e, Value low, Value high) {
  Type i16 = e.b.getI16Type();
  auto toWord = [&](Value half) {
    return e.extend(arith::BitcastOp::create(e.b, i16, half), e.i32);
  };
  Value shifted = arith::ShLIOp::create(e.b, toWord(high), e.constant(16));
  return arith::OrIOp::create(e.b, toWord(low), shifted);
}

void DeviceEpilogue::storeHalves(ArrayRef<Value> results, Value row0,
                                 Value token0, Value lane) {
  // After the transposition a lane has one token and two adjacent rows.
  Value token = e.add(token0, e.shr(lane, 2));
  Value pair = e.mul(e.bitAnd(lane, 3), 2);
  Value words[2];
  for (int half = 0; half < 2; ++half)
    words[half] = nvsp::MovmatrixOp::create(
        e.b, e.i32, joinHalves(e, results[2 * half], results[2 * half + 1]));
  Value isToken = e.cmp(CmpIPredicate::slt, token, arguments.tokens);
  e.ifThen(isToken, [&] {
    for (int half = 0; half < 2; ++half) {
      Value row = e.add(e.add(row0, pair), 8 * half);
      auto store = [&] {
        LLVM::StoreOp::create(e.b, words[half], getAddress(row, token));
      };
      if (hasRowTail)
        e.ifThen(isRow(row), store);
      else
        store();
    }
  });
}

void DeviceEpilogue::storeWords(ArrayRef<Value> results, Value row,
                                Value token) {
  for (int i = 0; i < 4; ++i) {
    Value myRow = e.add(row, 8 * (i / 2)), myToken = e.add(token, i % 2);
    Value inside = e.cmp(CmpIPredicate::slt, myToken, arguments.tokens);
    if (hasRowTail)
      inside = e.both(inside, isRow(myRow));
    e.ifThen(inside, [&] {
      LLVM::StoreOp::create(e.b, results[i], getAddress(myRow, myToken));
    });
  }
}

void DeviceEpilogue::store(ValueRange sums, Value row0, Value token0,
                           Value lane) {
  Value row = e.add(row0, e.shr(lane, 2));
  Value column = e.mul(e.bitAnd(lane, 3), 2);
  Values fixed[2];
  for (int half = 0; half < 2; ++half)
    for (auto [index, extra] : llvm::enumerate(spec.extras))
      fixed[half].push_back(
          extra.map.isFunctionOfDim(0)
              ? Value()
              : loadExtra(index, e.add(row, 8 * half), Value()));
  for (size_t first = 0; first < sums.size(); first += 4) {
    Value tokens0 = e.add(token0, 2 * first);
    // The same for all lanes: the transposition needs the whole warp.
    Value any = e.cmp(CmpIPredicate::slt, tokens0, arguments.tokens);
    e.ifThen(any, [&] {
      Value token = e.add(tokens0, column);
      Values results;
      for (int i = 0; i < 4; ++i)
        results.push_back(apply(sums[first + i], e.add(row, 8 * (i / 2)),
                                e.add(token, i % 2), fixed[i / 2]));
      if (spec.resultType.isF32())
        storeWords(results, row, token);
      else
        storeHalves(results, row0, tokens0, lane);
    });
  }
}
