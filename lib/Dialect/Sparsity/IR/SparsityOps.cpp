//===- SparsityOps.cpp - Ops of the sparsity dialect ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax and checks of the ops of the sparsity dialect.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace sparseopt::sparsity;

#define GET_OP_CLASSES
#include "sparse-opt/Dialect/Sparsity/IR/SparsityOps.cpp.inc"

//===----------------------------------------------------------------------===//
// WeightOp
//===----------------------------------------------------------------------===//

void WeightOp::build(OpBuilder &builder, OperationState &state, StringRef name,
                     ElementsAttr value, ArrayAttr patterns) {
  build(builder, state, value.getType(), builder.getStringAttr(name), value,
        patterns);
}

static ParseResult parsePatterns(OpAsmParser &parser, OperationState &result) {
  if (failed(parser.parseOptionalKeyword("pattern")))
    return success();
  ArrayAttr patterns;
  return parser.parseAttribute(patterns, "patterns", result.attributes);
}

ParseResult WeightOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  if (parser.parseAttribute(name, "name", result.attributes) ||
      parsePatterns(parser, result))
    return failure();
  if (failed(parser.parseOptionalKeyword("dense_resource"))) {
    ElementsAttr value;
    if (parser.parseAttribute(value, "value", result.attributes) ||
        parser.parseOptionalAttrDict(result.attributes))
      return failure();
    result.addTypes(value.getType());
    return success();
  }
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess())
    return failure();
  FailureOr<DenseResourceElementsHandle> handle =
      parser.parseResourceHandle<DenseResourceElementsHandle>();
  RankedTensorType type;
  if (failed(handle) || parser.parseGreater() ||
      parsePatterns(parser, result) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(type))
    return failure();
  if (!type.hasStaticShape())
    return parser.emitError(loc, "a weight has a static shape");
  result.addAttribute("value", DenseResourceElementsAttr::get(type, *handle));
  result.addTypes(type);
  return success();
}

void WeightOp::print(OpAsmPrinter &printer) {
  auto printPatterns = [&] {
    if (ArrayAttr patterns = getPatternsAttr())
      printer << " pattern " << patterns;
  };
  bool isResource = isa<DenseResourceElementsAttr>(getValue());
  printer << " " << getNameAttr();
  if (!isResource)
    printPatterns();
  printer << " ";
  if (isResource) {
    printer.printAttributeWithoutType(getValue());
    printPatterns();
    printer.printOptionalAttrDict((*this)->getAttrs(),
                                  {"name", "value", "patterns"});
    printer << " : " << getType();
    return;
  }
  printer.printAttribute(getValue());
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"name", "value", "patterns"});
}

LogicalResult WeightOp::verify() {
  if (getName().empty())
    return emitOpError("needs a name");
  if (getValue().getShapedType() != getResult().getType())
    return emitOpError("has a value of type ")
           << getValue().getShapedType() << " but yields "
           << getResult().getType();
  ArrayAttr patterns = getPatternsAttr();
  if (!patterns)
    return success();
  for (auto pattern : patterns.getAsRange<PatternAttrInterface>()) {
    auto nm = dyn_cast<NMAttr>(pattern);
    if (nm && !nm.getDim())
      return emitOpError("pattern ") << pattern << " must state its dim";
    if (failed(pattern.verifyShape(getType().getShape(),
                                   [&] { return emitOpError(); })))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// PruneOp
//===----------------------------------------------------------------------===//

LogicalResult PruneOp::verify() {
  auto type = cast<RankedTensorType>(getWeight().getType());
  auto emit = [&] { return emitOpError(); };
  if (failed(getPattern().verifyShape(type.getShape(), emit)))
    return failure();
  if (FloatAttr sparsity = getSparsityAttr()) {
    double value = sparsity.getValueAsDouble();
    if (!(value >= 0.0 && value < 1.0))
      return emitOpError("sparsity is a fraction in [0, 1), got ") << value;
  }
  return getMethod().verifyRequest(getPattern(), getSparsityAttr(), emit);
}

//===----------------------------------------------------------------------===//
// ObserveOp
//===----------------------------------------------------------------------===//

LogicalResult ObserveOp::verify() {
  if (getName().empty())
    return emitOpError("needs the name of a weight");
  auto type = cast<ShapedType>(getInput().getType());
  if (!type.hasRank() || type.getRank() == 0 ||
      type.isDynamicDim(type.getRank() - 1))
    return emitOpError("observes [tokens.., in] with a static last dim, got ")
           << type;
  if (!isa<FloatType>(type.getElementType()))
    return emitOpError("observes floating-point values, got ") << type;
  return success();
}

//===----------------------------------------------------------------------===//
// LinearOp
//===----------------------------------------------------------------------===//

void LinearOp::build(OpBuilder &builder, OperationState &state, Value input,
                     Value weight, ValueRange extras,
                     ArrayRef<AffineMap> extraMaps, Value init) {
  TypeRange results;
  Type initType = init.getType();
  if (isa<RankedTensorType>(initType))
    results = initType;
  build(builder, state, results, input, weight, extras, init,
        builder.getAffineMapArrayAttr(extraMaps), /*kernel=*/Attribute(),
        /*decisions=*/ArrayAttr());
}

ParseResult LinearOp::parse(OpAsmParser &parser, OperationState &result) {
  return sparseopt::detail::parseLinear(parser, result);
}

void LinearOp::print(OpAsmPrinter &printer) {
  sparseopt::detail::printLinear(printer, *this);
}

LogicalResult LinearOp::verify() {
  auto weight = dyn_cast<ShapedType>(getWeight().getType());
  if (!weight || !weight.hasRank())
    return emitOpError("needs a ranked weight");
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

//===----------------------------------------------------------------------===//
// AssumeOp
//===----------------------------------------------------------------------===//

LogicalResult AssumeOp::verify() {
  auto nm = dyn_cast<NMAttr>(getPattern());
  if (!nm || !nm.getDim())
    return emitOpError("pattern has to be N:M with a dim, got ")
           << getPattern();
  auto type = cast<RankedTensorType>(getValue().getType());
  if (!type.getElementType().isIntOrFloat())
    return emitOpError("has elements that are never zero: ")
           << type.getElementType();
  return getPattern().verifyShape(type.getShape(),
                                  [&] { return emitOpError(); });
}
