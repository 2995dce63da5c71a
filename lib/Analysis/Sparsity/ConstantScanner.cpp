//===- ConstantScanner.cpp - Facts about constant tensors -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An exact scan of the values of an attribute: zero and constant slices, N:M along
// each dim, empty blocks, number of nonzeros.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/AbstractValue.h"
#include "sparse-opt/Analysis/Sparsity/SparsityAnalysis.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

namespace {

/// Row-major elements of one width. Elements are compared as bits without the
/// sign of a float zero.
template <typename Bits>
struct Elements {
  ArrayRef<char> bytes;
  int64_t count;
  /// The bits of -0, or 0 for integers.
  Bits negativeZero;
  /// The bits of an infinity without sign; 0 for integers.
  Bits infinity;

  Bits get(int64_t index) const {
    Bits bits;
    std::memcpy(&bits, bytes.data() + index * sizeof(Bits), sizeof(Bits));
    return negativeZero != 0 && bits == negativeZero ? Bits(0) : bits;
  }
  bool isFinite(Bits bits) const {
    return infinity == 0 || Bits(bits & Bits(~negativeZero)) < infinity;
  }
};

/// Scans a tensor of a static shape with at least one element.
template <typename Bits>
class Scanner {
public:
  Scanner(Elements<Bits> elements, ShapedType type)
      : elements(elements), type(type), shape(type.getShape()) {}

  ValueFacts scan();

private:
  std::optional<Scalar> toScalar(Bits bits) const;
  int64_t getStride(int64_t dim) const {
    return ShapedType::getNumElements(shape.drop_front(dim + 1));
  }
  SliceMap scanSlices(int64_t dim);
  Support scanSupport(Bits fill, int64_t count);
  std::optional<pruning::NMPattern> scanPattern(int64_t m, int64_t dim,
                                                Bits fill);
  std::optional<BlockMap> scanBlocks(int64_t size, Bits fill);

  Elements<Bits> elements;
  ShapedType type;
  ArrayRef<int64_t> shape;
};

} // namespace

template <typename Bits>
std::optional<Scalar> Scanner<Bits>::toScalar(Bits bits) const {
  Type element = type.getElementType();
  APInt value(element.getIntOrFloatBitWidth(), uint64_t(bits),
              /*isSigned=*/false, /*implicitTrunc=*/true);
  if (auto floatType = dyn_cast<FloatType>(element))
    return facts::toScalar(
        FloatAttr::get(element, APFloat(floatType.getFloatSemantics(), value)));
  return Scalar::getInteger(value.getSExtValue());
}

template <typename Bits>
SliceMap Scanner<Bits>::scanSlices(int64_t dim) {
  int64_t size = shape[dim];
  int64_t stride = getStride(dim);
  int64_t block = stride * size;
  // Indices whose slices have had one value so far.
  std::vector<Bits> values(size);
  SmallVector<int64_t> candidates;
  for (int64_t index = 0; index < size; ++index) {
    values[index] = elements.get(index * stride);
    candidates.push_back(index);
  }
  for (int64_t start = 0; start < elements.count && !candidates.empty();
       start += block)
    llvm::erase_if(candidates, [&](int64_t index) {
      int64_t begin = start + index * stride;
      for (int64_t element = begin; element < begin + stride; ++element)
        if (elements.get(element) != values[index])
          return true;
      return false;
    });
  SliceMap map;
  for (int64_t index : candidates)
    if (std::optional<Scalar> value = toScalar(values[index]))
      map.append(index, index + 1, *value);
  return map;
}

template <typename Bits>
std::optional<pruning::NMPattern>
Scanner<Bits>::scanPattern(int64_t m, int64_t dim, Bits fill) {
  int64_t size = shape[dim];
  int64_t stride = getStride(dim);
  if (size < m)
    return std::nullopt;
  int64_t most = 0;
  for (int64_t outer = 0; outer < elements.count; outer += stride * size)
    for (int64_t inner = outer; inner < outer + stride; ++inner)
      for (int64_t group = 0; group < size; group += m) {
        int64_t count = 0;
        for (int64_t k = group; k < std::min(group + m, size); ++k)
          count += elements.get(inner + k * stride) != fill;
        most = std::max(most, count);
        if (most == m)
          return std::nullopt;
      }
  return pruning::NMPattern{std::max<int64_t>(most, 1), m, dim};
}

template <typename Bits>
std::optional<BlockMap> Scanner<Bits>::scanBlocks(int64_t size, Bits fill) {
  int64_t rows = shape[shape.size() - 2];
  int64_t columns = shape.back();
  BlockMap map{size, size, int64_t(llvm::divideCeil(rows, size)),
               int64_t(llvm::divideCeil(columns, size)), llvm::BitVector()};
  map.filled.resize(map.tileRows * map.tileColumns, true);
  for (int64_t index = 0; index < elements.count; ++index)
    if (elements.get(index) != fill)
      map.filled.reset(index / columns % rows / size * map.tileColumns +
                       index % columns / size);
  if (map.filled.none())
    return std::nullopt;
  return map;
}

template <typename Bits>
Support Scanner<Bits>::scanSupport(Bits fill, int64_t count) {
  Support support;
  support.fill = *toScalar(fill);
  support.maxCount = count;
  for (int64_t dim = 0; dim < int64_t(shape.size()); ++dim)
    for (int64_t m : {2, 4, 8, 16, 32})
      if (auto pattern = scanPattern(m, dim, fill))
        support.addPattern(*pattern, shape.size());
  // The largest tiles of which some are empty.
  if (shape.size() >= 2)
    for (int64_t size : {64, 32, 16, 8, 4})
      if (!support.blocks && shape.back() >= size &&
          shape[shape.size() - 2] >= size)
        support.blocks = scanBlocks(size, fill);
  return support;
}

template <typename Bits>
ValueFacts Scanner<Bits>::scan() {
  ValueFacts facts = ValueFacts::unknown(shape);
  int64_t numZeros = 0;
  int64_t numInfinities = 0;
  bool isFinite = true;
  Bits negativeInfinity = elements.infinity | elements.negativeZero;
  for (int64_t index = 0; index < elements.count; ++index) {
    Bits bits = elements.get(index);
    numZeros += bits == 0;
    numInfinities += elements.infinity != 0 && bits == negativeInfinity;
    isFinite &= elements.isFinite(bits);
  }
  facts.setFinite(isFinite);
  if (shape.empty()) {
    if (std::optional<Scalar> value = toScalar(elements.get(0)))
      facts.setUniform(*value);
    return facts;
  }
  for (int64_t dim = 0; dim < int64_t(shape.size()); ++dim)
    facts.setSlices(dim, scanSlices(dim));
  if (facts.getUniform())
    return facts;
  // Masks of attention are around -inf; everything else is around zero.
  if (numInfinities > 0)
    facts.setSupport(
        scanSupport(negativeInfinity, elements.count - numInfinities));
  else if (numZeros > 0)
    facts.setSupport(scanSupport(0, elements.count - numZeros));
  return facts;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

template <typename Bits>
static ValueFacts scanAs(ArrayRef<char> bytes, ShapedType type) {
  Elements<Bits> elements{bytes, type.getNumElements(), 0, 0};
  if (auto floatType = dyn_cast<FloatType>(type.getElementType())) {
    const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
    elements.negativeZero = Bits(APFloat::getZero(semantics, /*Negative=*/true)
                                     .bitcastToAPInt()
                                     .getZExtValue());
    elements.infinity =
        Bits(APFloat::getInf(semantics).bitcastToAPInt().getZExtValue());
  }
  return Scanner<Bits>(elements, type).scan();
}

/// Facts about elements that stand in an attribute, which may have no data.
static ValueFacts scanElements(ElementsAttr attr) {
  ShapedType type = attr.getShapedType();
  ValueFacts unknown = ValueFacts::unknown(type.getShape());
  Type element = type.getElementType();
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    if (dense.isSplat()) {
      std::optional<Scalar> value = toScalar(dense);
      return value ? ValueFacts::constant(type.getShape(), *value) : unknown;
    }
  bool isKnownFloat =
      isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(element);
  if (type.getNumElements() == 0 ||
      (!isKnownFloat && !element.isInteger(8) && !element.isInteger(16) &&
       !element.isInteger(32) && !element.isInteger(64)))
    return unknown;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    // Large models travel as text without their weights.
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob ||
        int64_t(blob->getData().size()) !=
            type.getNumElements() * *sparsity::getElementBytes(element))
      return unknown;
  }
  FailureOr<sparsity::WeightData> data =
      sparsity::WeightData::get(attr, [&] { return InFlightDiagnostic(); });
  if (failed(data))
    return unknown;
  switch (*sparsity::getElementBytes(element)) {
  case 1:
    return scanAs<uint8_t>(data->getBytes(), type);
  case 2:
    return scanAs<uint16_t>(data->getBytes(), type);
  case 4:
    return scanAs<uint32_t>(data->getBytes(), type);
  default:
    return scanAs<uint64_t>(data->getBytes(), type);
  }
}

const ValueFacts &ConstantScanner::get(Attribute attr) {
  std::unique_ptr<ValueFacts> &facts = known[attr];
  if (facts)
    return *facts;
  if (auto elements = dyn_cast<ElementsAttr>(attr);
      elements && isa<DenseElementsAttr, DenseResourceElementsAttr>(attr) &&
      isa<RankedTensorType>(elements.getShapedType()))
    facts = std::make_unique<ValueFacts>(scanElements(elements));
  else if (std::optional<Scalar> value = toScalar(attr))
    facts = std::make_unique<ValueFacts>(ValueFacts::constant({}, *value));
  else if (auto typed = dyn_cast<TypedAttr>(attr))
    facts = std::make_unique<ValueFacts>(
        ValueFacts::unknown(getFactShape(typed.getType())));
  else
    facts = std::make_unique<ValueFacts>(ValueFacts::unknown({}));
  return *facts;
}
