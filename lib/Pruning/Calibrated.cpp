//===- Calibrated.cpp - Pruning that knows the layer's inputs ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks of requests, the entry to the methods, and the error of a result.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Calibrated.h"

#include "sparse-opt/Pruning/Blas.h"

#include "Layer.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>

using namespace sparseopt::pruning;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

template <typename... Methods>
static bool isOneOf(const CalibratedMethod &method) {
  return (std::holds_alternative<Methods>(method) || ...);
}

bool sparseopt::pruning::updatesWeights(const CalibratedRequest &request) {
  return request.refit > 0 ||
         isOneOf<SparseGPTMethod, ADMMMethod, ALPSMethod>(request.method);
}

bool sparseopt::pruning::needsGram(const CalibratedRequest &request) {
  return updatesWeights(request);
}

static Scope getScope(const CalibratedMethod &method) {
  return std::visit(
      [](const auto &value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>,
                                     DSnoTMethod>)
          return Scope::Row;
        else
          return value.scope;
      },
      method);
}

/// Whether the method is defined for the pattern, which fits the shape.
static llvm::Error verifyPatternOfMethod(const CalibratedRequest &request) {
  bool isSlice = std::holds_alternative<SlicePattern>(request.pattern);
  bool isBlock = std::holds_alternative<BlockPattern>(request.pattern);
  auto *nm = std::get_if<NMPattern>(&request.pattern);
  if (getScope(request.method) == Scope::Global)
    return makeError("scores of different layers are not comparable: their "
                     "inputs differ; use scope row or layer");
  if (isSlice && getScope(request.method) == Scope::Row)
    return makeError("slices do not compete within a row; use scope layer");
  if (isSlice && isOneOf<SparseGPTMethod>(request.method))
    return makeError(
        "sparsegpt decides column by column and cannot weigh whole "
        "slices against each other; use admm, alps or wanda");
  if (!isOneOf<DSnoTMethod>(request.method))
    return llvm::Error::success();
  if (isSlice || isBlock)
    return makeError(
        "dsnot exchanges single weights, which breaks the pattern " +
        toString(request.pattern) + "; use it with N:M or unstructured");
  if (nm && nm->dim != request.inputDim)
    return makeError("dsnot exchanges weights of one output, which breaks N:M "
                     "along the dim of the outputs");
  return llvm::Error::success();
}

static llvm::Error verifyNumbers(const CalibratedMethod &method) {
  auto isFraction = [](double value) { return value >= 0 && value <= 1; };
  double damping = 0;
  if (auto *sparsegpt = std::get_if<SparseGPTMethod>(&method)) {
    damping = sparsegpt->damping;
    if (sparsegpt->blockSize < 1)
      return makeError("the block size has to be at least 1");
  } else if (auto *admm = std::get_if<ADMMMethod>(&method)) {
    damping = admm->damping;
    if (admm->iterations < 1 || admm->gradual < 1)
      return makeError(
          "admm needs at least 1 iteration, of which at least 1 is "
          "gradual");
  } else if (auto *alps = std::get_if<ALPSMethod>(&method)) {
    damping = alps->damping;
    if (alps->iterations < 1)
      return makeError("alps needs at least 1 iteration");
  } else if (auto *ria = std::get_if<RIAMethod>(&method)) {
    if (!isFraction(ria->power))
      return makeError("the power of ria has to be between 0 and 1");
  }
  if (!isFraction(damping))
    return makeError("the damping has to be between 0 and 1");
  return llvm::Error::success();
}

llvm::Error sparseopt::pruning::verifyRequest(const CalibratedRequest &request,
                                              llvm::ArrayRef<int64_t> shape,
                                              ElementType type) {
  if (shape.size() != 2)
    return makeError("statistics belong to a weight of rank 2, [out, in]; this "
                     "one has rank " +
                     llvm::Twine(shape.size()));
  if (llvm::Error error = verifyPattern(request.pattern, shape))
    return error;
  if (llvm::Error error = verifyPatternOfMethod(request))
    return error;
  if (llvm::Error error = verifyNumbers(request.method))
    return error;
  bool isInteger = type == ElementType::I8 || type == ElementType::I16 ||
                   type == ElementType::I32;
  if (isInteger && updatesWeights(request))
    return makeError("the method gives kept weights new values, which do not "
                     "fit integers of type " +
                     getElementTypeName(type) + "; use wanda, ria or dsnot");
  return verifyAmount(request.pattern, request.sparsity);
}

/// Runs the method on `layer`, which becomes the pruned weight.
static llvm::Expected<Mask>
runMethod(Layer &layer, const CalibrationStatistics &statistics,
          const CalibratedRequest &request, const Pattern &pattern,
          const SparseGPTFactor *factor, std::optional<double> &damping,
          llvm::ThreadPoolInterface *pool) {
  if (auto *sparsegpt = std::get_if<SparseGPTMethod>(&request.method)) {
    std::optional<SparseGPTFactor> own;
    if (!factor) {
      llvm::Expected<SparseGPTFactor> made = SparseGPTFactor::get(
          statistics.gram, layer.columns, sparsegpt->damping, pool);
      if (!made)
        return made.takeError();
      factor = &own.emplace(std::move(*made));
    }
    damping = factor->damping;
    return runSparseGPT(*factor, layer, request, pattern, pool);
  }
  if (isOneOf<ADMMMethod, ALPSMethod>(request.method)) {
    auto *admm = std::get_if<ADMMMethod>(&request.method);
    damping =
        admm ? admm->damping : std::get<ALPSMethod>(request.method).damping;
    return runADMM(layer, statistics.gram, request, pattern, *damping, pool);
  }
  Mask mask = chooseByScore(layer, statistics, request, pattern, pool);
  if (auto *dsnot = std::get_if<DSnoTMethod>(&request.method))
    mask =
        repairMask(layer, statistics, *dsnot, pattern, std::move(mask), pool);
  return mask;
}

llvm::Expected<CalibratedResult> sparseopt::pruning::pruneCalibrated(
    TensorRef weight, const CalibrationStatistics &statistics,
    const CalibratedRequest &request, llvm::ThreadPoolInterface *pool) {
  if (llvm::Error error = verifyRequest(request, weight.shape, weight.type))
    return std::move(error);
  if (llvm::Error error = verifyStatistics(
          statistics, weight.shape[request.inputDim], needsGram(request)))
    return std::move(error);
  return pruneCalibrated(weight, statistics, request, /*factor=*/nullptr, pool);
}

llvm::Expected<CalibratedResult> sparseopt::pruning::pruneCalibrated(
    TensorRef weight, const CalibrationStatistics &statistics,
    const CalibratedRequest &request, const SparseGPTFactor *factor,
    llvm::ThreadPoolInterface *pool) {
  CalibratedResult result;
  if (weight.getNumElements() == 0)
    return std::move(result);
  Layer layer = loadLayer(weight, request.inputDim, pool);
  Pattern pattern = request.inputDim == 1 ? request.pattern
                                          : transposePattern(request.pattern);
  std::vector<float> original;
  if (request.refit > 0)
    original = layer.values;
  llvm::Expected<Mask> mask = runMethod(layer, statistics, request, pattern,
                                        factor, result.damping, pool);
  if (!mask)
    return mask.takeError();
  result.mask = std::move(*mask);
  if (request.refit > 0) {
    for (int64_t index = 0; index < layer.size(); ++index)
      layer.values[index] = result.mask[index] ? layer.values[index] : 0;
    if (llvm::Error error = refit(layer, original, statistics.gram, result.mask,
                                  request.refit, pool))
      return std::move(error);
  }
  if (updatesWeights(request))
    result.values = std::move(layer.values);
  if (request.inputDim == 0) {
    result.mask =
        transpose<uint8_t>(result.mask, layer.rows, layer.columns, pool);
    if (!result.values.empty())
      result.values =
          transpose<float>(result.values, layer.rows, layer.columns, pool);
  }
  return std::move(result);
}

/// Bits of `value` in a 16-bit format.
static uint16_t toHalf(float value, const llvm::fltSemantics &semantics) {
  llvm::APFloat number(value);
  bool losesInfo = false;
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return uint16_t(number.bitcastToAPInt().getZExtValue());
}

/// Stores value `index` of a result.
static void storeValue(MutableTensorRef weight, int64_t index, float value) {
  switch (weight.type) {
  case ElementType::F32:
    static_cast<float *>(weight.data)[index] = value;
    return;
  case ElementType::F64:
    static_cast<double *>(weight.data)[index] = value;
    return;
  case ElementType::F16:
    static_cast<uint16_t *>(weight.data)[index] =
        toHalf(value, llvm::APFloat::IEEEhalf());
    return;
  case ElementType::BF16:
    static_cast<uint16_t *>(weight.data)[index] =
        toHalf(value, llvm::APFloat::BFloat());
    return;
  case ElementType::I8:
  case ElementType::I16:
  case ElementType::I32:
    break;
  }
  llvm_unreachable("integers get no new values");
}

bool sparseopt::pruning::applyResult(MutableTensorRef weight,
                                     const CalibratedResult &result,
                                     llvm::ThreadPoolInterface *pool) {
  if (!result.values.empty())
    parallelForRange(pool, result.values.size(), elementsPerTask,
                     [&](int64_t begin, int64_t end) {
                       for (int64_t index = begin; index < end; ++index)
                         storeValue(weight, index, result.values[index]);
                     });
  applyMask(weight, result.mask, pool);
  return !findNonFinite(weight, pool);
}
