//===- NVSPOps.cpp - Ops of the nvsp dialect --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax and verification: what the PTX ISA allows for each instruction.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace sparseopt::nvsp;

#define GET_OP_CLASSES
#include "sparse-opt/Dialect/NVSP/IR/NVSPOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Rules that instructions share
//===----------------------------------------------------------------------===//

/// Whether one instruction multiplies elements of the two types.
static bool canMultiply(Type a, Type b) {
  if (a == b)
    return true;
  std::optional<Multiplicand> left = getMultiplicand(a);
  std::optional<Multiplicand> right = getMultiplicand(b);
  return left->bits == 8 && right->bits == 8 &&
         left->isInteger == right->isInteger;
}

static LogicalResult verifyTypes(Operation *op, Type a, Type b, AccType acc) {
  for (Type type : {a, b})
    if (!getMultiplicand(type))
      return op->emitOpError("cannot multiply elements of type ") << type;
  if (!canMultiply(a, b))
    return op->emitOpError("cannot multiply ") << a << " with " << b;
  bool integer = getMultiplicand(a)->isInteger;
  if (integer != acc.getElementType().isInteger())
    return op->emitOpError("products of ")
           << a << " are summed in " << (integer ? "i32" : "f32") << ", not "
           << acc.getElementType();
  return success();
}

static LogicalResult verifyMetadata(Operation *op, Type type, Value metadata,
                                    int64_t selector) {
  int64_t numSelectors = getMultiplicand(type)->numSelectors;
  if (selector < 0 || selector >= numSelectors)
    return op->emitOpError("selector of ")
           << type << " is " << (numSelectors == 1 ? "0" : "0 or 1") << ", not "
           << selector;
  APInt word;
  if (!matchPattern(metadata, m_ConstantInt(&word)))
    return success();
  for (unsigned group = 0; group < 8; ++group) {
    unsigned nibble = word.extractBitsAsZExtValue(4, 4 * group);
    if (!isMetadataNibble(nibble, type))
      return op->emitOpError("metadata of group ")
             << group << " is " << nibble
             << ", which PTX does not define for ordered indices of " << type;
  }
  return success();
}

/// Rules of both asynchronous products.
template <typename OpT>
static LogicalResult verifyWgmma(OpT op) {
  AccType type = op.getResult().getType();
  if (type.getRows() != 64)
    return op.emitOpError("multiplies for a warpgroup; its result has 64 rows, "
                          "not ")
           << type.getRows();
  if (op.getAcc() && op.getAcc().getType() != type)
    return op.emitOpError("acc is ")
           << op.getAcc().getType() << ", but the result is " << type;
  if (failed(verifyTypes(op, op.getAType(), op.getBType(), type)))
    return failure();
  Multiplicand info = *getMultiplicand(op.getAType());
  if (op.getTransposeB() && !info.isHalf)
    return op.emitOpError("b can be transposed for f16 and bf16 only, not ")
           << op.getBType();
  int64_t n = type.getCols();
  if (info.isInteger && n > 24 && n % 16 != 0)
    return op.emitOpError(
               "N of integers is 8, 16, 24 or a multiple of 16, not ")
           << n;
  return success();
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

LogicalResult MmaSpOp::verify() {
  if (getAcc().getType().getRows() != 16)
    return emitOpError("multiplies for a warp; its accumulator is 16x8");
  if (failed(verifyTypes(*this, getAType(), getBType(), getAcc().getType())))
    return failure();
  return verifyMetadata(*this, getAType(), getMetadata(), getSelector());
}

LogicalResult WgmmaSpOp::verify() {
  if (failed(verifyWgmma(*this)))
    return failure();
  return verifyMetadata(*this, getAType(), getMetadata(), getSelector());
}

LogicalResult WgmmaOp::verify() { return verifyWgmma(*this); }

LogicalResult LoadMetadataOp::verify() {
  unsigned space =
      cast<LLVM::LLVMPointerType>(getAddress().getType()).getAddressSpace();
  if (space != 0 && space != 1 && space != 3)
    return emitOpError("loads from global or shared memory, not from address "
                       "space ")
           << space;
  return success();
}

//===----------------------------------------------------------------------===//
// WgmmaWaitOp
//===----------------------------------------------------------------------===//

void WgmmaWaitOp::build(OpBuilder &builder, OperationState &state,
                        int32_t pending, ValueRange accs, ValueRange reads) {
  SmallVector<Type> types(accs.getTypes());
  llvm::append_range(types, reads.getTypes());
  build(builder, state, types, pending, accs, reads);
}

LogicalResult WgmmaWaitOp::verify() {
  if (getPending() > 7)
    return emitOpError("leaves 0 to 7 groups in flight, not ") << getPending();
  if (getAccs().empty() && getReads().empty() && getPending() == 0)
    return emitOpError("ends all products, but names none of their values");
  if (getOperandTypes() != getResultTypes())
    return emitOpError("returns its operands, so that their types are equal");
  for (Value acc : getAccs())
    if (cast<AccType>(acc.getType()).getRows() != 64)
      return emitOpError("waits for products of a warpgroup, not for ")
             << acc.getType();
  return success();
}

static ParseResult
parseValues(OpAsmParser &parser, StringRef keyword,
            SmallVectorImpl<OpAsmParser::UnresolvedOperand> &values,
            SmallVectorImpl<Type> &types) {
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  return failure(parser.parseLParen() || parser.parseOperandList(values) ||
                 parser.parseColonTypeList(types) || parser.parseRParen());
}

ParseResult WgmmaWaitOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand> accs, reads;
  SmallVector<Type> accTypes, readTypes;
  IntegerAttr pending;
  Builder &builder = parser.getBuilder();
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseAttribute(pending, builder.getI32Type(), "pending",
                            result.attributes) ||
      parseValues(parser, "acc", accs, accTypes) ||
      parseValues(parser, "reads", reads, readTypes) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.resolveOperands(accs, accTypes, loc, result.operands) ||
      parser.resolveOperands(reads, readTypes, loc, result.operands))
    return failure();
  auto &segments = result.getOrAddProperties<Properties>().operandSegmentSizes;
  segments = {int32_t(accs.size()), int32_t(reads.size())};
  result.addTypes(accTypes);
  result.addTypes(readTypes);
  return success();
}

void WgmmaWaitOp::print(OpAsmPrinter &printer) {
  printer << ' ' << int32_t(getPending());
  auto print = [&](StringRef keyword, ValueRange values) {
    if (!values.empty())
      printer << ' ' << keyword << '(' << values << " : " << values.getTypes()
              << ')';
  };
  print("acc", getAccs());
  print("reads", getReads());
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"pending", "operandSegmentSizes"});
}

//===----------------------------------------------------------------------===//
// Packing of accumulators
//===----------------------------------------------------------------------===//

LogicalResult AccPackOp::verify() {
  AccType type = getResult().getType();
  if (int64_t(getValues().size()) != type.getNumRegisters())
    return emitOpError("needs ") << type.getNumRegisters() << " registers, got "
                                 << getValues().size();
  for (Type value : getValues().getTypes())
    if (value != type.getElementType())
      return emitOpError("registers are ") << type.getElementType();
  return success();
}

ParseResult AccPackOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand> values;
  Type element, type;
  if (parser.parseOperandList(values) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(element) || parser.parseArrow() ||
      parser.parseType(type) ||
      parser.resolveOperands(values, element, result.operands))
    return failure();
  result.addTypes(type);
  return success();
}

void AccPackOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getValues();
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getResult().getType().getElementType() << " -> "
          << getResult().getType();
}

void AccUnpackOp::build(OpBuilder &builder, OperationState &state, Value acc) {
  auto type = cast<AccType>(acc.getType());
  SmallVector<Type> types(type.getNumRegisters(), type.getElementType());
  build(builder, state, types, acc);
}

LogicalResult AccUnpackOp::verify() {
  AccType type = getAcc().getType();
  if (int64_t(getValues().size()) != type.getNumRegisters())
    return emitOpError("has ") << type.getNumRegisters() << " registers, not "
                               << getValues().size();
  for (Type value : getValues().getTypes())
    if (value != type.getElementType())
      return emitOpError("registers are ") << type.getElementType();
  return success();
}

ParseResult AccUnpackOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand acc;
  AccType type;
  if (parser.parseOperand(acc) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(type) ||
      parser.resolveOperand(acc, type, result.operands))
    return failure();
  SmallVector<Type> types(type.getNumRegisters(), type.getElementType());
  result.addTypes(types);
  return success();
}

void AccUnpackOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getAcc();
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getAcc().getType();
}
