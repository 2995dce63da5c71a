//===- Observations.cpp - What an instrumented module shows -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers are written into the ops, since later passes may move them between
// functions.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Calibrate/Observations.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"

using namespace mlir;
using namespace sparseopt;

FailureOr<std::vector<Observation>>
sparseopt::numberObservations(ModuleOp module) {
  std::vector<Observation> observations;
  WalkResult result = module.walk([&](sparsity::ObserveOp op) {
    auto type = cast<ShapedType>(op.getInput().getType());
    Observation observation;
    observation.name = op.getName().str();
    if (ArrayAttr aliases = op.getAliasesAttr())
      for (auto alias : aliases.getAsValueRange<StringAttr>())
        observation.aliases.push_back(alias.str());
    observation.gram = op.getGram();
    observation.features = type.getShape().back();
    Type element = type.getElementType();
    observation.dtype = sparsity::getSafetensorsDType(element).str();
    if (observation.dtype.empty() || !isa<FloatType>(element)) {
      op.emitOpError("cannot be calibrated on elements of type ") << element;
      return WalkResult::interrupt();
    }
    op.setNumber(observations.size());
    observations.push_back(std::move(observation));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return observations;
}
