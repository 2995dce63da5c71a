//===- LinearOpInterface.cpp - Linear layers, logical and packed -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax, checks and effects that sparsity.linear and packed.linear share.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Interfaces/LinearOpInterface.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

#include "sparse-opt/Interfaces/LinearOpInterface.cpp.inc"

namespace sparseopt {

Type getDefaultAccumulatorType(Type elementType) {
  if (auto floatType = dyn_cast<FloatType>(elementType))
    return floatType.getWidth() > 32 ? elementType
                                     : Float32Type::get(floatType.getContext());
  return IntegerType::get(elementType.getContext(), 32);
}

namespace detail {

Type getAccumulatorType(Operation *op) {
  auto linear = cast<LinearOpInterface>(op);
  Region &epilogue = linear.getEpilogue();
  if (!epilogue.empty() && epilogue.getNumArguments() > 0)
    return epilogue.getArgument(0).getType();
  return getDefaultAccumulatorType(linear.getWeightElementType());
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static bool sizesDiffer(int64_t a, int64_t b) {
  return ShapedType::isStatic(a) && ShapedType::isStatic(b) && a != b;
}

static LogicalResult verifyShapes(LinearOpInterface op) {
  auto input = dyn_cast<ShapedType>(op.getInput().getType());
  auto init = dyn_cast<ShapedType>(op.getInit().getType());
  if (!input || !init || !input.hasRank() || !init.hasRank())
    return op->emitOpError("needs a ranked input and destination");
  SmallVector<int64_t> weight = op.getWeightShape();
  if (weight.size() != 2)
    return op->emitOpError("weight must have shape [out, in], but has rank ")
           << weight.size();
  if (input.getRank() < 1 || input.getRank() != init.getRank())
    return op->emitOpError("input of rank ")
           << input.getRank() << " does not fit a destination of rank "
           << init.getRank();
  if (sizesDiffer(input.getShape().back(), weight[1]))
    return op->emitOpError("contracts ")
           << input.getShape().back() << " input features with a weight of "
           << weight[1];
  if (sizesDiffer(init.getShape().back(), weight[0]))
    return op->emitOpError("destination has ")
           << init.getShape().back() << " output features, the weight "
           << weight[0];
  for (int64_t dim = 0, e = input.getRank() - 1; dim < e; ++dim)
    if (sizesDiffer(input.getDimSize(dim), init.getDimSize(dim)))
      return op->emitOpError("token dim ")
             << dim << " is " << input.getDimSize(dim) << " in the input and "
             << init.getDimSize(dim) << " in the destination";
  return success();
}

static LogicalResult verifyExtra(LinearOpInterface op, unsigned index,
                                 AffineMap map) {
  auto init = cast<ShapedType>(op.getInit().getType());
  auto extra = dyn_cast<ShapedType>(op.getExtras()[index].getType());
  if (!extra || !extra.hasRank())
    return op->emitOpError("extra #") << index << " is not a ranked tensor";
  if (map.getNumDims() != init.getRank() || map.getNumSymbols() != 0)
    return op->emitOpError("map of extra #")
           << index << " must have " << init.getRank()
           << " dims, one per dim of the destination";
  if (!map.isProjectedPermutation())
    return op->emitOpError("map of extra #")
           << index << " is not a projected permutation";
  if (map.getNumResults() != extra.getRank())
    return op->emitOpError("map of extra #")
           << index << " has " << map.getNumResults()
           << " results for an operand of rank " << extra.getRank();
  for (auto [pos, expr] : llvm::enumerate(map.getResults())) {
    int64_t size = init.getDimSize(cast<AffineDimExpr>(expr).getPosition());
    if (sizesDiffer(size, extra.getDimSize(pos)))
      return op->emitOpError("dim ")
             << pos << " of extra #" << index << " is " << extra.getDimSize(pos)
             << ", but its map reads " << size;
  }
  return success();
}

static LogicalResult verifyEpilogue(LinearOpInterface op) {
  Region &region = op.getEpilogue();
  auto initType = cast<ShapedType>(op.getInit().getType());
  if (region.empty()) {
    if (!op.getExtras().empty())
      return op->emitOpError("has extras but no epilogue that uses them");
    return success();
  }
  Block &block = region.front();
  if (block.getNumArguments() != 1 + op.getExtras().size())
    return op->emitOpError("epilogue takes ")
           << block.getNumArguments() << " arguments, expected the accumulator "
           << "and " << op.getExtras().size() << " extras";
  if (!block.getArgument(0).getType().isIntOrFloat())
    return op->emitOpError("accumulator must be an integer or a float");
  for (auto [index, extra] : llvm::enumerate(op.getExtras())) {
    Type element = cast<ShapedType>(extra.getType()).getElementType();
    if (block.getArgument(index + 1).getType() != element)
      return op->emitOpError("epilogue argument of extra #")
             << index << " must have type " << element;
  }
  for (Operation &nested : block.without_terminator())
    if (!isMemoryEffectFree(&nested) || nested.getNumRegions() != 0)
      return nested.emitOpError(
          "is not a pure scalar op; epilogues hold nothing else");
  if (block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>() ||
      block.back().getNumOperands() != 1)
    return op->emitOpError("epilogue must end with a yield of one value");
  if (block.back().getOperand(0).getType() != initType.getElementType())
    return op->emitOpError("epilogue yields ")
           << block.back().getOperand(0).getType()
           << ", but the destination holds " << initType.getElementType();
  return success();
}

LogicalResult verifyLinear(LinearOpInterface op) {
  if (failed(verifyShapes(op)))
    return failure();
  if (op.getExtraMaps().size() != op.getExtras().size())
    return op->emitOpError("has ") << op.getExtras().size() << " extras but "
                                   << op.getExtraMaps().size() << " maps";
  for (auto [index, map] :
       llvm::enumerate(op.getExtraMaps().getAsValueRange<AffineMapAttr>()))
    if (failed(verifyExtra(op, index, map)))
      return failure();
  bool onTensors = isa<RankedTensorType>(op.getInit().getType());
  if (op->getNumResults() != (onTensors ? 1 : 0))
    return op->emitOpError("on ")
           << (onTensors ? "tensors has one result" : "memrefs has no result");
  if (onTensors && op->getResult(0).getType() != op.getInit().getType())
    return op->emitOpError("result must have the destination's type");
  return verifyEpilogue(op);
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

static ParseResult
parseExtras(OpAsmParser &parser,
            SmallVectorImpl<OpAsmParser::UnresolvedOperand> &operands,
            SmallVectorImpl<Type> &types, SmallVectorImpl<Attribute> &maps) {
  if (failed(parser.parseOptionalKeyword("extra")))
    return success();
  return parser.parseCommaSeparatedList(
      OpAsmParser::Delimiter::Paren, [&]() -> ParseResult {
        AffineMapAttr map;
        if (parser.parseOperand(operands.emplace_back()) ||
            parser.parseColon() || parser.parseAttribute(map) ||
            parser.parseComma() || parser.parseType(types.emplace_back()))
          return failure();
        maps.push_back(map);
        return success();
      });
}

static ParseResult parseOptionalAttrs(OpAsmParser &parser,
                                      OperationState &result) {
  for (StringRef name : {"kernel", "decisions"}) {
    if (failed(parser.parseOptionalKeyword(name)))
      continue;
    Attribute value;
    if (parser.parseEqual() || parser.parseAttribute(value))
      return failure();
    result.addAttribute(name, value);
  }
  return parser.parseOptionalAttrDict(result.attributes);
}

ParseResult parseLinear(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand, 4> operands(2);
  SmallVector<Type, 4> types(2);
  SmallVector<Attribute> maps;
  if (parser.parseKeyword("ins") || parser.parseLParen() ||
      parser.parseOperand(operands[0]) || parser.parseComma() ||
      parser.parseOperand(operands[1]) || parser.parseColon() ||
      parser.parseType(types[0]) || parser.parseComma() ||
      parser.parseType(types[1]) || parser.parseRParen() ||
      parseExtras(parser, operands, types, maps) ||
      parser.parseKeyword("outs") || parser.parseLParen() ||
      parser.parseOperand(operands.emplace_back()) || parser.parseColon() ||
      parser.parseType(types.emplace_back()) || parser.parseRParen())
    return failure();
  Builder &builder = parser.getBuilder();
  result.addAttribute("extra_maps", builder.getArrayAttr(maps));
  OptionalParseResult region =
      parser.parseOptionalRegion(*result.addRegion(), {});
  if (region.has_value() && failed(*region))
    return failure();
  if (parseOptionalAttrs(parser, result) ||
      parser.parseOptionalArrowTypeList(result.types))
    return failure();
  return parser.resolveOperands(operands, types, parser.getNameLoc(),
                                result.operands);
}

void printLinear(OpAsmPrinter &printer, LinearOpInterface op) {
  printer << " ins(" << op.getInput() << ", " << op.getWeight() << " : "
          << op.getInput().getType() << ", " << op.getWeight().getType() << ")";
  if (!op.getExtras().empty()) {
    printer << " extra(";
    auto maps = op.getExtraMaps().getAsRange<AffineMapAttr>();
    llvm::interleaveComma(llvm::zip(op.getExtras(), maps), printer,
                          [&](auto pair) {
                            auto [extra, map] = pair;
                            printer << extra << " : ";
                            printer.printAttribute(map);
                            printer << ", " << extra.getType();
                          });
    printer << ")";
  }
  printer << " outs(" << op.getInit() << " : " << op.getInit().getType() << ")";
  if (!op.getEpilogue().empty()) {
    printer << " ";
    printer.printRegion(op.getEpilogue());
  }
  if (Attribute kernel = op.getKernelAttr())
    printer << " kernel = " << kernel;
  if (ArrayAttr decisions = op.getDecisionsAttr())
    printer << " decisions = " << decisions;
  printer.printOptionalAttrDict(op->getAttrs(),
                                {"kernel", "decisions", "extra_maps"});
  printer.printOptionalArrowTypeList(op->getResultTypes());
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

void getLinearEffects(LinearOpInterface op,
                      SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<BaseMemRefType>(operand.get().getType()))
      continue;
    if (&operand == &op.getInitMutable())
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

Speculation::Speculatability getLinearSpeculatability(LinearOpInterface op) {
  return op->getNumResults() ? Speculation::Speculatable
                             : Speculation::NotSpeculatable;
}

LogicalResult reifyLinearShapes(LinearOpInterface op, OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &shapes) {
  if (op->getNumResults() == 0)
    return failure();
  shapes.push_back(tensor::getMixedSizes(builder, op.getLoc(), op.getInit()));
  return success();
}

} // namespace detail
} // namespace sparseopt
