//===- NVSPDialect.cpp - The nvsp dialect -----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the nvsp dialect, its accumulator type, and the table of
// multiplicands.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace sparseopt::nvsp;

#include "sparse-opt/Dialect/NVSP/IR/NVSPDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "sparse-opt/Dialect/NVSP/IR/NVSPTypes.cpp.inc"

void NVSPDialect::initialize() {
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "sparse-opt/Dialect/NVSP/IR/NVSPOps.cpp.inc"
      >();
}

void NVSPDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "sparse-opt/Dialect/NVSP/IR/NVSPTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Multiplicands
//===----------------------------------------------------------------------===//

std::optional<Multiplicand> sparseopt::nvsp::getMultiplicand(Type type) {
  if (type.isF16())
    return Multiplicand{"f16", 16, 32, 2, false, true};
  if (type.isBF16())
    return Multiplicand{"bf16", 16, 32, 2, false, true};
  if (type.isTF32())
    return Multiplicand{"tf32", 32, 16, 2, false, false};
  if (type.isSignedInteger(8))
    return Multiplicand{"s8", 8, 64, 1, true, false};
  if (type.isUnsignedInteger(8))
    return Multiplicand{"u8", 8, 64, 1, true, false};
  if (isa<Float8E4M3FNType>(type))
    return Multiplicand{"e4m3", 8, 64, 1, false, false};
  if (isa<Float8E5M2Type>(type))
    return Multiplicand{"e5m2", 8, 64, 1, false, false};
  return std::nullopt;
}

bool sparseopt::nvsp::isMetadataNibble(unsigned nibble, Type type) {
  if (type.isTF32())
    return nibble == 0b0100 || nibble == 0b1110;
  return (nibble & 3) < (nibble >> 2);
}

//===----------------------------------------------------------------------===//
// The accumulator
//===----------------------------------------------------------------------===//

int64_t AccType::getNumRegisters() const {
  int64_t lanes = getRows() == 16 ? 32 : 128;
  return getRows() * getCols() / lanes;
}

LogicalResult AccType::verify(function_ref<InFlightDiagnostic()> emitError,
                              int64_t rows, int64_t cols, Type elementType) {
  if (!elementType.isF32() && !elementType.isSignlessInteger(32))
    return emitError() << "sums are f32 or i32, not " << elementType;
  bool ofWarp = rows == 16 && cols == 8;
  bool ofGroup = rows == 64 && cols >= 8 && cols <= 256 && cols % 8 == 0;
  if (!ofWarp && !ofGroup)
    return emitError() << "an accumulator is 16x8 or 64xN with N a multiple of "
                          "8 up to 256, not "
                       << rows << "x" << cols;
  return success();
}

Type AccType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> shape;
  Type elementType;
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType) || parser.parseGreater())
    return {};
  if (shape.size() != 2) {
    parser.emitError(loc, "an accumulator has two dims");
    return {};
  }
  return parser.getChecked<AccType>(loc, parser.getContext(), shape[0],
                                    shape[1], elementType);
}

void AccType::print(AsmPrinter &printer) const {
  printer << "<" << getRows() << "x" << getCols() << "x" << getElementType()
          << ">";
}
