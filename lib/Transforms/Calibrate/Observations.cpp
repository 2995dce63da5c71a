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

using namespace mlir;
using namespace sparseopt;

static StringRef getDType(Type type) {
  if (type.isF32())
    return "F32";
  if (type.isF16())
    return "F16";
  if (type.isBF16())
    return "BF16";
  if (type.isF64())
    return "F64";
  return "";
}

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
    observation.dtype = getDType(type.getElementType()).str();
    if (observation.dtype.empty()) {
      op.emitOpError("cannot be calibrated on elements of type ")
          << type.getElementType();
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
