//===- DescribeLinear.cpp - Facts about a layer for kernel families -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collects what kernel families ask of a linear layer.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"
#include "sparse-opt/Pruning/PatternCheck.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

int64_t sparseopt::getNumTokens(LinearOpInterface op) {
  auto type = cast<ShapedType>(op.getInput().getType());
  int64_t tokens = 1;
  for (int64_t size : type.getShape().drop_back()) {
    if (ShapedType::isDynamic(size))
      return ShapedType::kDynamic;
    tokens *= size;
  }
  return tokens;
}

static std::optional<pruning::ElementType> getPruningType(Type type) {
  if (type.isF32())
    return pruning::ElementType::F32;
  if (type.isF16())
    return pruning::ElementType::F16;
  if (type.isBF16())
    return pruning::ElementType::BF16;
  if (type.isF64())
    return pruning::ElementType::F64;
  if (type.isInteger(8))
    return pruning::ElementType::I8;
  return std::nullopt;
}

/// Fraction of nonzeros; 1 for an empty weight.
static FailureOr<double> countDensity(WeightOp weight,
                                      llvm::ThreadPoolInterface &pool) {
  FailureOr<WeightData> data =
      WeightData::get(weight.getValue(), [&] { return weight.emitOpError(); });
  std::optional<pruning::ElementType> type =
      getPruningType(weight.getType().getElementType());
  if (failed(data) || !type)
    return failure();
  pruning::TensorRef tensor{data->getBytes().data(),
                            weight.getType().getShape(), *type};
  int64_t total = tensor.getNumElements();
  if (total == 0)
    return 1.0;
  return static_cast<double>(pruning::countNonzeros(tensor, &pool)) / total;
}

FailureOr<LinearDesc>
sparseopt::describeLinear(LinearOp op, WeightOp weight,
                          llvm::ThreadPoolInterface &pool) {
  LinearDesc desc;
  RankedTensorType type = weight.getType();
  desc.outFeatures = type.getDimSize(0);
  desc.inFeatures = type.getDimSize(1);
  desc.weightType = type.getElementType();
  desc.inputType = getElementTypeOrSelf(op.getInput().getType());
  desc.minTokens = desc.maxTokens = getNumTokens(op);
  if (ShapedType::isDynamic(desc.minTokens))
    desc.minTokens = 1;
  if (ArrayAttr patterns = weight.getPatternsAttr())
    for (auto nm : patterns.getAsRange<PatternAttrInterface>())
      if (auto attr = dyn_cast<NMAttr>(nm); attr && attr.getDim() == 1)
        desc.nmPatterns.push_back({attr.getN(), attr.getM()});
  FailureOr<double> density = countDensity(weight, pool);
  if (failed(density))
    return failure();
  desc.density = *density;
  return desc;
}
