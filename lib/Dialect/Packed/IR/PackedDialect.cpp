//===- PackedDialect.cpp - The packed dialect -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the packed dialect, and the syntax of its type.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Packed/IR/Packed.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace sparseopt::packed;

#include "sparse-opt/Dialect/Packed/IR/PackedDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "sparse-opt/Dialect/Packed/IR/PackedTypes.cpp.inc"

void PackedDialect::initialize() {
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "sparse-opt/Dialect/Packed/IR/PackedOps.cpp.inc"
      >();
}

void PackedDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "sparse-opt/Dialect/Packed/IR/PackedTypes.cpp.inc"
      >();
}

LogicalResult WeightType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> shape, Type elementType,
                                 StringRef layout, DictionaryAttr) {
  if (!elementType.isIntOrFloat())
    return emitError() << "a packed weight holds integers or floats, not "
                       << elementType;
  if (layout.empty())
    return emitError() << "a packed weight needs the name of its layout";
  return success();
}

Type WeightType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> shape;
  Type elementType;
  std::string layout;
  DictionaryAttr params = DictionaryAttr::get(parser.getContext());
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType) || parser.parseComma() ||
      parser.parseString(&layout))
    return {};
  if (succeeded(parser.parseOptionalComma()) && parser.parseAttribute(params))
    return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<WeightType>(loc, parser.getContext(), shape,
                                       elementType, layout, params);
}

void WeightType::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printDimensionList(getShape());
  printer << "x" << getElementType() << ", \"" << getLayout() << "\"";
  if (!getParams().empty())
    printer << ", " << getParams();
  printer << ">";
}
