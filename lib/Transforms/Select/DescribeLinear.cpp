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

#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Pruning/PatternCheck.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

FailureOr<MachineDescription>
sparseopt::loadMachine(Operation *op, StringRef cpu, StringRef file) {
  llvm::Expected<MachineDescription> machine =
      file.empty() ? getMachineForCPU(cpu) : readMachine(file);
  if (machine)
    return std::move(*machine);
  op->emitError() << llvm::toString(machine.takeError());
  return failure();
}

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

/// Fraction of nonzeros; 1 for an empty weight.
static FailureOr<double> countDensity(WeightOp weight) {
  FailureOr<std::unique_ptr<WeightTensor>> tensor = WeightTensor::get(
      weight.getValue(), [&] { return weight.emitOpError(); });
  if (failed(tensor))
    return failure();
  int64_t total = (*tensor)->ref().getNumElements();
  if (total == 0)
    return 1.0;
  int64_t nonzeros = pruning::countNonzeros((*tensor)->ref(),
                                            getThreadPool(weight.getContext()));
  return static_cast<double>(nonzeros) / total;
}

FailureOr<LinearDesc> sparseopt::describeLinear(LinearOp op, WeightOp weight) {
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
  FailureOr<double> density = countDensity(weight);
  if (failed(density))
    return failure();
  desc.density = *density;
  return desc;
}
