//===- Mask.cpp - Choice of the weights to keep -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks of a prune request and the entry to the mask choice.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Mask.h"

#include "sparse-opt/Pruning/Parallel.h"

#include "MaskImpl.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace sparseopt::pruning;

char NonFiniteWeightError::ID = 0;

void NonFiniteWeightError::log(llvm::raw_ostream &os) const {
  os << "weight " << weight << " has " << value << " at position " << position;
}

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

int64_t sparseopt::pruning::getNumPruned(int64_t count, double sparsity) {
  double product = sparsity * double(count);
  double slack = 1 + 4 * std::numeric_limits<double>::epsilon();
  return std::clamp<int64_t>(int64_t(std::floor(product * slack)), 0, count);
}

static llvm::Error verifyThreshold(const PruneRequest &request,
                                   const ThresholdMethod &threshold) {
  if (std::holds_alternative<NMPattern>(request.pattern))
    return makeError(
        "a threshold cannot give an N:M pattern; use the magnitude "
        "method");
  if (request.sparsity)
    return makeError("a threshold decides the sparsity; remove the sparsity or "
                     "use the magnitude method");
  if (!(threshold.value >= 0) || std::isinf(threshold.value))
    return makeError("the threshold has to be a finite number of at least 0");
  if (threshold.kind == ThresholdKind::Quantile && threshold.value > 1)
    return makeError("the quantile has to be between 0 and 1");
  if (threshold.kind == ThresholdKind::StandardDeviations &&
      !std::holds_alternative<UnstructuredPattern>(request.pattern))
    return makeError(
        "a threshold in standard deviations needs the unstructured "
        "pattern");
  return llvm::Error::success();
}

llvm::Error sparseopt::pruning::verifyAmount(const Pattern &pattern,
                                             std::optional<double> sparsity) {
  bool isNM = std::holds_alternative<NMPattern>(pattern);
  if (isNM && sparsity)
    return makeError("an N:M pattern fixes the sparsity; remove the sparsity");
  if (!isNM && !sparsity)
    return makeError("pattern " + toString(pattern) +
                     " needs a sparsity, the fraction of zeros");
  if (sparsity && !(*sparsity >= 0 && *sparsity <= 1))
    return makeError("the sparsity has to be between 0 and 1");
  return llvm::Error::success();
}

llvm::Error sparseopt::pruning::verifyRequest(const PruneRequest &request,
                                              llvm::ArrayRef<int64_t> shape) {
  if (llvm::Error error = verifyPattern(request.pattern, shape))
    return error;
  Scope scope =
      std::visit([](const auto &value) { return value.scope; }, request.method);
  if (scope == Scope::Row &&
      std::holds_alternative<SlicePattern>(request.pattern))
    return makeError("slices do not compete within a row; use scope layer or "
                     "global");
  if (auto *threshold = std::get_if<ThresholdMethod>(&request.method))
    return verifyThreshold(request, *threshold);
  return verifyAmount(request.pattern, request.sparsity);
}

std::optional<int64_t>
sparseopt::pruning::findNonFinite(TensorRef weight,
                                  llvm::ThreadPoolInterface *pool) {
  int64_t count = weight.getNumElements();
  int64_t numPieces = (count + elementsPerTask - 1) / elementsPerTask;
  std::vector<int64_t> firstOfPiece(numPieces, -1);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    parallelForRange(
        pool, count, elementsPerTask, [&](int64_t begin, int64_t end) {
          bool allFinite = true; // No early exit, so that the loop vectorises.
          for (int64_t index = begin; index < end; ++index)
            allFinite &= Element::isFinite(data[index]);
          if (allFinite)
            return;
          const auto *first =
              std::find_if_not(data + begin, data + end, Element::isFinite);
          firstOfPiece[begin / elementsPerTask] = first - data;
        });
  });
  for (int64_t first : firstOfPiece)
    if (first >= 0)
      return first;
  return std::nullopt;
}

llvm::Expected<std::vector<Mask>>
sparseopt::pruning::chooseMasks(llvm::ArrayRef<TensorRef> weights,
                                const PruneRequest &request,
                                llvm::ThreadPoolInterface *pool) {
  for (const TensorRef &weight : weights)
    if (llvm::Error error = verifyRequest(request, weight.shape))
      return std::move(error);
  std::vector<std::optional<int64_t>> nonFinite(weights.size());
  parallelFor(pool, weights.size(), [&](int64_t index) {
    nonFinite[index] = findNonFinite(weights[index], pool);
  });
  for (size_t index = 0; index < weights.size(); ++index)
    if (std::optional<int64_t> position = nonFinite[index])
      return llvm::make_error<NonFiniteWeightError>(
          index, *position, getElement(weights[index], *position));
  auto *nm = std::get_if<NMPattern>(&request.pattern);
  if (!nm)
    return chooseUnitMasks(weights, request, pool);
  std::vector<Mask> masks(weights.size());
  parallelFor(pool, weights.size(), [&](int64_t index) {
    masks[index] = chooseNMMask(weights[index], *nm, pool);
  });
  return masks;
}

void sparseopt::pruning::applyMask(MutableTensorRef weight, const Mask &mask,
                                   llvm::ThreadPoolInterface *pool) {
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<typename Element::Storage *>(weight.data);
    parallelForRange(pool, mask.size(), elementsPerTask,
                     [&](int64_t begin, int64_t end) {
                       for (int64_t index = begin; index < end; ++index)
                         data[index] = mask[index] ? data[index] : 0;
                     });
  });
}
