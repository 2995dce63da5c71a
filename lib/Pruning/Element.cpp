//===- Element.cpp - Elements and raw weight buffers ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names, sizes and single-element access of the element types.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Element.h"

#include "llvm/ADT/SmallVector.h"

using namespace sparseopt::pruning;

unsigned sparseopt::pruning::getElementSize(ElementType type) {
  return dispatchElementType(type, [](auto element) -> unsigned {
    return sizeof(typename decltype(element)::Storage);
  });
}

llvm::StringRef sparseopt::pruning::getElementTypeName(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return "f16";
  case ElementType::BF16:
    return "bf16";
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::I8:
    return "i8";
  case ElementType::I16:
    return "i16";
  case ElementType::I32:
    return "i32";
  }
  llvm_unreachable("unknown element type");
}

double sparseopt::pruning::getElement(TensorRef tensor, int64_t index) {
  return dispatchElementType(tensor.type, [&](auto element) -> double {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(tensor.data);
    return Element::toDouble(data[index]);
  });
}

llvm::SmallVector<int64_t>
sparseopt::pruning::delinearize(int64_t position,
                                llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> index(shape.size(), 0);
  for (size_t dim = shape.size(); dim-- > 0;) {
    index[dim] = position % shape[dim];
    position /= shape[dim];
  }
  return index;
}
