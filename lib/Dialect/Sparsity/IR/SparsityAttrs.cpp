//===- SparsityAttrs.cpp - Patterns and decisions ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax, checks and registration of the attributes of the sparsity dialect but
// for the pruning methods.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt::sparsity;

#include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrInterfaces.cpp.inc"

#include "sparse-opt/Dialect/Sparsity/IR/SparsityEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrs.cpp.inc"

void SparsityDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrs.cpp.inc"
      >();
}

static LogicalResult verifyDim(int64_t dim, ArrayRef<int64_t> shape,
                               function_ref<InFlightDiagnostic()> emitError) {
  if (dim < static_cast<int64_t>(shape.size()))
    return success();
  return emitError() << "pattern along dim " << dim
                     << " does not fit a tensor of rank " << shape.size();
}

//===----------------------------------------------------------------------===//
// NMAttr
//===----------------------------------------------------------------------===//

LogicalResult NMAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                             int64_t n, int64_t m, std::optional<int64_t> dim) {
  if (m < 2)
    return emitError() << "N:M needs groups of at least 2 elements, got " << m;
  if (n < 1 || n > m)
    return emitError() << "N:M needs 1 <= N <= M, got " << n << ":" << m;
  if (dim && *dim < 0)
    return emitError() << "dim must not be negative, got " << *dim;
  return success();
}

Attribute NMAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  int64_t n = 0, m = 0;
  std::optional<int64_t> dim;
  if (parser.parseLess() || parser.parseInteger(n) || parser.parseColon() ||
      parser.parseInteger(m))
    return {};
  if (succeeded(parser.parseOptionalComma())) {
    int64_t value = 0;
    if (parser.parseKeyword("dim") || parser.parseEqual() ||
        parser.parseInteger(value))
      return {};
    dim = value;
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<NMAttr>(loc, parser.getContext(), n, m, dim);
}

void NMAttr::print(AsmPrinter &printer) const {
  printer << "<" << getN() << ":" << getM();
  if (getDim())
    printer << ", dim = " << *getDim();
  printer << ">";
}

LogicalResult
NMAttr::verifyShape(ArrayRef<int64_t> shape,
                    function_ref<InFlightDiagnostic()> emitError) const {
  return getDim() ? verifyDim(*getDim(), shape, emitError) : success();
}

PatternAttrInterface NMAttr::withDefaultDim(int64_t contractionDim) const {
  return getDim() ? *this : get(getContext(), getN(), getM(), contractionDim);
}

std::string NMAttr::getSpelling() const {
  return llvm::formatv("{0}:{1}", getN(), getM());
}

bool NMAttr::fixesSparsity() const { return true; }

//===----------------------------------------------------------------------===//
// BlockAttr
//===----------------------------------------------------------------------===//

LogicalResult BlockAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                ArrayRef<int64_t> sizes) {
  if (sizes.empty())
    return emitError() << "a block needs at least one size";
  for (int64_t size : sizes)
    if (size < 1)
      return emitError() << "block sizes must be positive, got " << size;
  return success();
}

Attribute BlockAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> sizes;
  if (parser.parseLess() ||
      parser.parseDimensionList(sizes, /*allowDynamic=*/false,
                                /*withTrailingX=*/false) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<BlockAttr>(loc, parser.getContext(), sizes);
}

void BlockAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printDimensionList(getSizes());
  printer << ">";
}

LogicalResult
BlockAttr::verifyShape(ArrayRef<int64_t> shape,
                       function_ref<InFlightDiagnostic()> emitError) const {
  if (getSizes().size() <= shape.size())
    return success();
  return emitError() << "block of rank " << getSizes().size()
                     << " does not fit a tensor of rank " << shape.size();
}

PatternAttrInterface BlockAttr::withDefaultDim(int64_t) const { return *this; }

std::string BlockAttr::getSpelling() const {
  return llvm::formatv("block<{0:$[x]}>",
                       llvm::make_range(getSizes().begin(), getSizes().end()));
}

bool BlockAttr::fixesSparsity() const { return false; }

//===----------------------------------------------------------------------===//
// SliceAttr
//===----------------------------------------------------------------------===//

LogicalResult SliceAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                int64_t dim) {
  if (dim < 0)
    return emitError() << "dim must not be negative, got " << dim;
  return success();
}

LogicalResult
SliceAttr::verifyShape(ArrayRef<int64_t> shape,
                       function_ref<InFlightDiagnostic()> emitError) const {
  return verifyDim(getDim(), shape, emitError);
}

PatternAttrInterface SliceAttr::withDefaultDim(int64_t) const { return *this; }

std::string SliceAttr::getSpelling() const { return "slice"; }

bool SliceAttr::fixesSparsity() const { return false; }

//===----------------------------------------------------------------------===//
// UnstructuredAttr
//===----------------------------------------------------------------------===//

LogicalResult
UnstructuredAttr::verifyShape(ArrayRef<int64_t>,
                              function_ref<InFlightDiagnostic()>) const {
  return success();
}

PatternAttrInterface UnstructuredAttr::withDefaultDim(int64_t) const {
  return *this;
}

std::string UnstructuredAttr::getSpelling() const { return "unstructured"; }

bool UnstructuredAttr::fixesSparsity() const { return false; }

//===----------------------------------------------------------------------===//
// ByTokensAttr
//===----------------------------------------------------------------------===//

LogicalResult ByTokensAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   ArrayRef<int64_t> bounds,
                                   ArrayRef<KernelAttr> kernels) {
  if (bounds.empty() || bounds.size() != kernels.size())
    return emitError() << "needs one kernel per token range";
  if (bounds.back() != unbounded)
    return emitError() << "the last token range must be '?'";
  int64_t last = 0;
  for (int64_t bound : bounds) {
    if (bound <= last)
      return emitError() << "token ranges must grow, got " << bound << " after "
                         << last;
    last = bound;
  }
  return success();
}

Attribute ByTokensAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> bounds;
  SmallVector<KernelAttr> kernels;
  auto parseEntry = [&]() -> ParseResult {
    int64_t bound = unbounded;
    if (failed(parser.parseOptionalQuestion()) && parser.parseInteger(bound))
      return failure();
    KernelAttr kernel;
    if (parser.parseColon() || parser.parseAttribute(kernel))
      return failure();
    bounds.push_back(bound);
    kernels.push_back(kernel);
    return success();
  };
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                     parseEntry) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<ByTokensAttr>(loc, parser.getContext(), bounds,
                                         kernels);
}

void ByTokensAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(llvm::zip(getBounds(), getKernels()), printer,
                        [&](auto entry) {
                          auto [bound, kernel] = entry;
                          if (bound == unbounded)
                            printer << "?";
                          else
                            printer << bound;
                          printer << " : " << Attribute(kernel);
                        });
  printer << "]>";
}
