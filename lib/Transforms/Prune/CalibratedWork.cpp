//===- CalibratedWork.cpp - Requests that read statistics -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Joins a request, a weight and a file of statistics.
//
//===----------------------------------------------------------------------===//

#include "CalibratedWork.h"

#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"

#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

FailureOr<CalibratedWork> CalibratedWork::get(PruneOp op, WeightOp weight,
                                              PatternAttrInterface pattern,
                                              const StatisticsFile *file) {
  MethodAttrInterface method = op.getMethod();
  if (!file)
    return op.emitOpError()
           << "method " << method.getMethodName()
           << " needs statistics of the inputs of weight '" << weight.getName()
           << "'; give a file of statistics (stats=FILE)";
  WeightUses uses = findWeightUses(op.getResult());
  if (!uses.contractionDim)
    return op.emitOpError()
           << "method " << method.getMethodName()
           << " needs the dim that the uses of weight '" << weight.getName()
           << "' contract, and there is not one";
  RankedTensorType type = weight.getType();
  std::optional<pruning::CalibratedRequest> request = toCalibratedRequest(
      pattern, method, op.getSparsityAttr(), *uses.contractionDim);
  std::optional<pruning::ElementType> element =
      getPruningType(type.getElementType());
  if (!request || !element)
    return op.emitOpError() << "method " << method << " cannot be executed";
  if (llvm::Error error =
          pruning::verifyRequest(*request, type.getShape(), *element))
    return op.emitOpError(llvm::toString(std::move(error)));
  CalibratedWork work;
  work.request = *request;
  int64_t inputDim = type.getDimSize(*uses.contractionDim);
  llvm::Expected<pruning::CalibrationStatistics> statistics =
      file->lookup(weight.getName(), inputDim);
  if (!statistics)
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName()
           << "': " << llvm::toString(statistics.takeError());
  work.statistics = *statistics;
  if (pruning::needsGram(*request) && !statistics->hasGram() && inputDim != 0)
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName() << "': method "
           << method.getMethodName() << " needs the Gram matrix '"
           << file->resolve(weight.getName()) << ".gram', which '"
           << file->getPath() << "' does not have";
  return work;
}

std::optional<double> CalibratedWork::getAskedDamping() const {
  if (auto *method = std::get_if<pruning::SparseGPTMethod>(&request.method))
    return method->damping;
  if (auto *method = std::get_if<pruning::ADMMMethod>(&request.method))
    return method->damping;
  if (auto *method = std::get_if<pruning::ALPSMethod>(&request.method))
    return method->damping;
  return std::nullopt;
}

void CalibratedWork::run(pruning::TensorRef source,
                         pruning::MutableTensorRef target,
                         llvm::ThreadPoolInterface *pool) {
  llvm::Expected<pruning::CalibratedResult> result =
      pruning::pruneCalibrated(source, statistics, request, pool);
  if (!result) {
    error = llvm::toString(result.takeError());
    return;
  }
  if (source.getNumElements() != 0)
    std::memcpy(target.data, source.data, source.getNumBytes());
  if (!pruning::applyResult(target, *result, pool)) {
    error = "a new value does not fit the weight's type " +
            pruning::getElementTypeName(target.type).str();
    return;
  }
  mask = std::move(result->mask);
  damping = result->damping;
  if (!pruning::needsGram(request))
    return;
  llvm::Expected<double> measured = pruning::computeOutputError(
      source, target, statistics.gram, request.inputDim, pool);
  if (!measured)
    error = llvm::toString(measured.takeError());
  else
    outputError = *measured;
}
