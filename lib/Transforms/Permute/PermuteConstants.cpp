//===- PermuteConstants.cpp - Reordered constants ------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies the bytes of constants into a new order.
//
//===----------------------------------------------------------------------===//

#include "PermuteConstants.h"

#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"
#include "sparse-opt/Pruning/Element.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

static ElementsAttr getValue(Operation *op) {
  if (auto weight = dyn_cast<WeightOp>(op))
    return weight.getValue();
  return dyn_cast<ElementsAttr>(cast<arith::ConstantOp>(op).getValue());
}

/// Copies `source` of shape `shape` to `target` in the new order.
static void permuteBytes(ArrayRef<char> source, MutableArrayRef<char> target,
                         ArrayRef<int64_t> shape, int64_t elementBytes,
                         const ChannelClass &channels, ChannelDims dims,
                         ArrayRef<int64_t> order) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = shape.size() - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1];
  // Everything inside of the reordered dim is one run.
  int64_t run = strides[dims.dim], extent = shape[dims.dim];
  int64_t numBlocks = channels.size / channels.block;
  int64_t numRuns = source.size() / (run * elementBytes);
  for (int64_t position = 0; position < numRuns; ++position) {
    int64_t channel = position % extent, from = channel;
    if (dims.blockDim < 0) {
      from = order[channel];
    } else {
      int64_t element = position * run;
      int64_t first = element / strides[dims.blockDim] % shape[dims.blockDim] %
                      numBlocks * channels.block;
      from = order[first + channel] - first;
    }
    std::memcpy(target.data() + position * run * elementBytes,
                source.data() +
                    (position - channel + from) * run * elementBytes,
                run * elementBytes);
  }
}

/// The constant's values in the new order; a splat is its own.
static FailureOr<ElementsAttr> permute(const ChannelConstant &constant,
                                       ElementsAttr value,
                                       const ChannelClass &channels,
                                       ArrayRef<int64_t> order) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value); dense && dense.isSplat())
    return value;
  auto emit = [&] { return emitError(constant.op->getLoc()) << "constant "; };
  FailureOr<WeightData> data = WeightData::get(value, emit);
  if (failed(data))
    return failure();
  auto type = cast<RankedTensorType>(value.getType());
  std::optional<int64_t> elementBytes = getElementBytes(type.getElementType());
  if (!elementBytes)
    return emit() << "has elements that are not whole bytes and cannot be "
                     "reordered";
  std::vector<char> buffer;
  MutableArrayRef<char> target;
  ElementsAttr result;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    result = allocateResource(type, resource.getRawHandle().getKey(), target);
  } else {
    buffer.resize(data->getBytes().size());
    target = buffer;
  }
  permuteBytes(data->getBytes(), target, type.getShape(), *elementBytes,
               channels, constant.dims, order);
  if (!result)
    result = DenseElementsAttr::getFromRawBuffer(type, target);
  return result;
}

LogicalResult
sparseopt::permuteConstants(const ChannelClass &channels,
                            ArrayRef<int64_t> order,
                            SmallVectorImpl<ElementsAttr> &replaced) {
  // A weight may be reordered along two dims, one after the other.
  llvm::MapVector<std::pair<Operation *, OpOperand *>, ElementsAttr> values;
  for (const ChannelConstant &constant : channels.constants) {
    ElementsAttr &value = values[{constant.op, constant.use}];
    if (!value)
      value = getValue(constant.op);
    FailureOr<ElementsAttr> next = permute(constant, value, channels, order);
    if (failed(next))
      return failure();
    value = *next;
  }
  for (auto &[key, value] : values) {
    auto [op, use] = key;
    ElementsAttr old = getValue(op);
    if (old == value)
      continue;
    if (auto weight = dyn_cast<WeightOp>(op)) {
      weight.setValueAttr(value);
      replaced.push_back(old);
      continue;
    }
    OpBuilder builder(op);
    auto constant = arith::ConstantOp::create(builder, op->getLoc(),
                                              cast<TypedAttr>(value));
    use->set(constant.getResult());
    if (op->use_empty()) {
      replaced.push_back(old);
      op->erase();
    }
  }
  return success();
}
