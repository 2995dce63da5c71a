//===- SliceConstant.cpp - Constants without some of their slices -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies the elements that stay.
//
//===----------------------------------------------------------------------===//

#include "SliceConstant.h"

#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

RankedTensorType facts::sliceType(RankedTensorType type,
                                  ArrayRef<IndexSet> removed) {
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, set] : llvm::zip_equal(shape, removed))
    if (!ShapedType::isDynamic(size))
      size -= set.size();
  return type.clone(shape);
}

std::vector<char> facts::sliceBytes(ArrayRef<char> bytes,
                                    ArrayRef<int64_t> shape,
                                    int64_t elementBytes,
                                    ArrayRef<IndexSet> removed) {
  std::vector<char> current(bytes.begin(), bytes.end());
  SmallVector<int64_t> sizes(shape);
  for (auto [dim, set] : llvm::enumerate(removed)) {
    if (set.empty())
      continue;
    int64_t inner = elementBytes;
    for (int64_t size : ArrayRef(sizes).drop_front(dim + 1))
      inner *= size;
    int64_t row = inner * sizes[dim];
    IndexSet kept = set.complement(sizes[dim]);
    std::vector<char> next;
    next.reserve(current.size());
    for (int64_t start = 0; start < int64_t(current.size()); start += row)
      for (const IndexSet::Run &run : kept.getRuns())
        next.insert(next.end(), current.begin() + start + run.begin * inner,
                    current.begin() + start + run.end * inner);
    sizes[dim] = kept.size();
    current = std::move(next);
  }
  return current;
}

bool facts::canSlice(ElementsAttr elements) {
  if (auto dense = dyn_cast<DenseElementsAttr>(elements))
    if (dense.isSplat())
      return true;
  auto elementBytes = sparsity::getElementBytes(elements.getElementType());
  if (!elementBytes)
    return false;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob &&
           int64_t(blob->getData().size()) ==
               elements.getShapedType().getNumElements() * *elementBytes;
  }
  return isa<DenseElementsAttr>(elements);
}

ElementsAttr facts::sliceElements(ElementsAttr elements,
                                  ArrayRef<IndexSet> removed) {
  auto type = dyn_cast<RankedTensorType>(elements.getShapedType());
  if (!type || !canSlice(elements))
    return {};
  RankedTensorType newType = sliceType(type, removed);
  if (auto dense = dyn_cast<DenseElementsAttr>(elements))
    if (dense.isSplat())
      return dense.resizeSplat(newType);
  FailureOr<sparsity::WeightData> data =
      sparsity::WeightData::get(elements, [] { return InFlightDiagnostic(); });
  if (failed(data))
    return {};
  std::vector<char> bytes =
      sliceBytes(data->getBytes(), type.getShape(),
                 *sparsity::getElementBytes(type.getElementType()), removed);
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  if (!resource)
    return DenseElementsAttr::getFromRawBuffer(newType, bytes);
  MutableArrayRef<char> target;
  DenseResourceElementsAttr result = sparsity::allocateResource(
      newType, resource.getRawHandle().getKey(), target);
  llvm::copy(bytes, target.begin());
  return result;
}

Value facts::sliceAdaptable(OpBuilder &builder, Value value,
                            ArrayRef<IndexSet> removed) {
  Operation *op = value.getDefiningOp();
  auto type = sliceType(cast<RankedTensorType>(value.getType()), removed);
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    ElementsAttr elements =
        sliceElements(cast<ElementsAttr>(constant.getValue()), removed);
    return arith::ConstantOp::create(builder, op->getLoc(),
                                     cast<TypedAttr>(Attribute(elements)));
  }
  if (auto fill = dyn_cast<linalg::FillOp>(op)) {
    Value init = sliceAdaptable(builder, fill.getDpsInits()[0], removed);
    return linalg::FillOp::create(builder, op->getLoc(), fill.getInputs(),
                                  ValueRange(init))
        .getResult(0);
  }
  return tensor::EmptyOp::create(builder, op->getLoc(), type,
                                 cast<tensor::EmptyOp>(op).getDynamicSizes());
}
