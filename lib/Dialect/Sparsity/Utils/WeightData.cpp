//===- WeightData.cpp - The bytes behind a weight ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Access to the values of a weight as raw bytes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace sparseopt;

std::optional<int64_t> sparsity::getElementBytes(Type elementType) {
  if (!elementType.isIntOrFloat())
    return std::nullopt;
  unsigned bits = elementType.getIntOrFloatBitWidth();
  if (bits % 8 != 0)
    return std::nullopt;
  return bits / 8;
}

StringRef sparsity::getSafetensorsDType(Type type) {
  if (type.isF32())
    return "F32";
  if (type.isF16())
    return "F16";
  if (type.isBF16())
    return "BF16";
  if (type.isF64())
    return "F64";
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return "";
  switch (integer.getWidth()) {
  case 8:
    return "I8";
  case 16:
    return "I16";
  case 32:
    return "I32";
  case 64:
    return "I64";
  default:
    return "";
  }
}

FailureOr<sparsity::WeightData>
sparsity::WeightData::get(ElementsAttr value,
                          function_ref<InFlightDiagnostic()> emitError) {
  ShapedType type = value.getShapedType();
  std::optional<int64_t> elementBytes = getElementBytes(type.getElementType());
  if (!elementBytes)
    return emitError() << "holds elements of type " << type.getElementType()
                       << ", which are not whole bytes";
  size_t size = type.getNumElements() * *elementBytes;
  WeightData data;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    StringRef key = resource.getRawHandle().getKey();
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return emitError() << "refers to resource '" << key
                         << "', which has no data";
    if (blob->getData().size() != size)
      return emitError() << "needs " << size << " bytes, but resource '" << key
                         << "' has " << blob->getData().size();
    data.view = blob->getData();
    return data;
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return emitError() << "is neither dense nor dense_resource";
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat() || type.getNumElements() <= 1) {
    data.view = raw.take_front(size);
    return data;
  }
  data.storage.resize(size);
  for (size_t offset = 0; offset < size; offset += *elementBytes)
    std::copy_n(raw.begin(), *elementBytes, data.storage.begin() + offset);
  return data;
}

DenseResourceElementsAttr
sparsity::allocateResource(ShapedType type, StringRef name,
                           MutableArrayRef<char> &bytes) {
  size_t size = type.getNumElements() * *getElementBytes(type.getElementType());
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(size, /*align=*/64);
  bytes = blob.getMutableData();
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}

void sparsity::releaseResource(ElementsAttr value) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  if (!resource || !resource.getRawHandle().getBlob())
    return;
  DenseResourceElementsHandle handle = resource.getRawHandle();
  handle.getResource()->setBlob(AsmResourceBlob());
}
