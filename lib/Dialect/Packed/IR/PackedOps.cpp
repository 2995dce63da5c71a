//===- PackedOps.cpp - Ops of the packed dialect ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax and checks of the ops of the packed dialect.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Packed/IR/Packed.h"

using namespace mlir;
using namespace sparseopt::packed;

#define GET_OP_CLASSES
#include "sparse-opt/Dialect/Packed/IR/PackedOps.cpp.inc"

LogicalResult ConstantOp::verify() {
  ShapedType type = getValue().getShapedType();
  if (type.getRank() != 1 || !type.getElementType().isInteger(8))
    return emitOpError("holds its bytes as a one-dimensional i8 tensor, not ")
           << type;
  return success();
}

/// Checks that a packed weight and its logical form agree.
static LogicalResult verifySameWeight(Operation *op, RankedTensorType tensor,
                                      WeightType packed) {
  if (tensor.getShape() == packed.getShape() &&
      tensor.getElementType() == packed.getElementType())
    return success();
  return op->emitOpError("logical weight ")
         << tensor << " differs from packed weight " << packed;
}

LogicalResult PackOp::verify() {
  return verifySameWeight(*this, cast<RankedTensorType>(getWeight().getType()),
                          cast<WeightType>(getResult().getType()));
}

LogicalResult UnpackOp::verify() {
  return verifySameWeight(*this, cast<RankedTensorType>(getResult().getType()),
                          cast<WeightType>(getWeight().getType()));
}

ParseResult LinearOp::parse(OpAsmParser &parser, OperationState &result) {
  SMLoc loc = parser.getCurrentLocation();
  if (sparseopt::detail::parseLinear(parser, result))
    return failure();
  if (!result.attributes.get("kernel"))
    return parser.emitError(loc, "a packed linear needs its kernel");
  return success();
}

void LinearOp::print(OpAsmPrinter &printer) {
  sparseopt::detail::printLinear(printer, *this);
}

LogicalResult LinearOp::verify() {
  return sparseopt::detail::verifyLinear(*this);
}

void LinearOp::getEffects(
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  sparseopt::detail::getLinearEffects(*this, effects);
}

Speculation::Speculatability LinearOp::getSpeculatability() {
  return sparseopt::detail::getLinearSpeculatability(*this);
}

LogicalResult LinearOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  return sparseopt::detail::reifyLinearShapes(*this, builder, shapes);
}
