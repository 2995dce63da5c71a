//===- WeightTensor.cpp - Weights for the pruning numerics ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Views of weights as tensors of the pruning numerics.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/ThreadPool.h"

using namespace mlir;
using namespace sparseopt;

std::optional<pruning::ElementType> sparsity::getPruningType(Type type) {
  if (type.isF16())
    return pruning::ElementType::F16;
  if (type.isBF16())
    return pruning::ElementType::BF16;
  if (type.isF32())
    return pruning::ElementType::F32;
  if (type.isF64())
    return pruning::ElementType::F64;
  if (type.isInteger(8))
    return pruning::ElementType::I8;
  if (type.isInteger(16))
    return pruning::ElementType::I16;
  if (type.isInteger(32))
    return pruning::ElementType::I32;
  return std::nullopt;
}

llvm::ThreadPoolInterface *sparsity::getThreadPool(MLIRContext *context) {
  return context->isMultithreadingEnabled() ? &context->getThreadPool()
                                            : nullptr;
}

FailureOr<std::unique_ptr<sparsity::WeightTensor>>
sparsity::WeightTensor::get(ElementsAttr value,
                            function_ref<InFlightDiagnostic()> emitError) {
  ShapedType shaped = value.getShapedType();
  std::optional<pruning::ElementType> type =
      getPruningType(shaped.getElementType());
  if (!type) {
    emitError() << "has elements of type " << shaped.getElementType()
                << ", which cannot be pruned";
    return failure();
  }
  FailureOr<WeightData> data = WeightData::get(value, emitError);
  if (failed(data))
    return failure();
  std::unique_ptr<WeightTensor> tensor(new WeightTensor());
  tensor->data = std::move(*data);
  // The shape lies in the type, which the context keeps.
  tensor->shape = shaped.getShape();
  tensor->type = *type;
  tensor->bytes = tensor->data.getBytes();
  llvm::Align alignment(pruning::getElementSize(*type));
  if (!llvm::isAddrAligned(alignment, tensor->bytes.data())) {
    tensor->alignedBytes.assign(tensor->bytes.begin(), tensor->bytes.end());
    tensor->bytes = tensor->alignedBytes;
  }
  return tensor;
}

void sparsity::releaseUnused(ModuleOp module, ArrayRef<ElementsAttr> values) {
  if (values.empty() || module->getParentOp())
    return;
  llvm::SmallPtrSet<void *, 16> used;
  AttrTypeWalker walker;
  walker.addWalk([&](DenseResourceElementsAttr attr) {
    used.insert(attr.getRawHandle().getResource());
  });
  module->walk([&](Operation *op) { walker.walk(op->getAttrDictionary()); });
  for (ElementsAttr value : values) {
    auto resource = dyn_cast<DenseResourceElementsAttr>(value);
    if (resource && !used.contains(resource.getRawHandle().getResource()))
      releaseResource(resource);
  }
}
