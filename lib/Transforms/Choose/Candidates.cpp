//===- Candidates.cpp - Patterns that a layer may get ----------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads candidates and prunes copies of weights by them.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Pruning/PatternCheck.h"
#include "sparse-opt/Pruning/Statistics.h"

#include "mlir/IR/Diagnostics.h"

#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

static constexpr StringLiteral defaultCandidates[] = {"dense",
                                                      "6:8",
                                                      "4:8",
                                                      "2:4",
                                                      "1:4",
                                                      "unstructured:0.5",
                                                      "unstructured:0.6",
                                                      "unstructured:0.7",
                                                      "unstructured:0.8",
                                                      "unstructured:0.9",
                                                      "block<4x1>:0.5",
                                                      "block<16x16>:0.5"};

/// Splits `block<4x1>:0.5` at the last colon, but not `2:4`.
static LogicalResult splitSparsity(StringRef text, RequestSpec &spec) {
  bool isNM = !text.empty() && llvm::isDigit(text.front());
  auto [pattern, sparsity] =
      isNM ? std::pair(text, StringRef()) : text.rsplit(':');
  spec.pattern = pattern.trim().str();
  if (sparsity.empty())
    return success();
  double fraction = 0;
  if (sparsity.trim().getAsDouble(fraction))
    return failure();
  spec.sparsity = fraction;
  return success();
}

FailureOr<std::vector<Candidate>>
sparseopt::parseCandidates(Operation *op, ArrayRef<std::string> texts,
                           StringRef method, StringRef scope) {
  std::vector<Candidate> candidates;
  SmallVector<StringRef> words(texts.begin(), texts.end());
  if (words.empty())
    words.append(std::begin(defaultCandidates), std::end(defaultCandidates));
  if (!llvm::is_contained(words, "dense"))
    words.insert(words.begin(), "dense");
  for (StringRef word : words) {
    Candidate candidate;
    candidate.text = word.trim().str();
    candidate.isDense = candidate.text == "dense";
    candidate.spec.method = method.str();
    candidate.spec.scope = scope.str();
    auto emitError = [&](StringRef) {
      return mlir::emitError(op->getLoc()) << "candidate '" << word << "': ";
    };
    if (candidate.isDense) {
      candidates.push_back(candidate);
      continue;
    }
    if (failed(splitSparsity(candidate.text, candidate.spec)))
      return emitError("sparsity")
             << "what follows the colon is no number; write unstructured:0.7";
    if (failed(candidate.spec.build(op->getContext(), 1, emitError)))
      return failure();
    candidates.push_back(candidate);
  }
  return candidates;
}

/// Prunes `copy`, a copy of `weight`, by a method that reads statistics.
static llvm::Expected<PrunedCopy>
pruneCalibratedCopy(PrunedCopy copy, pruning::TensorRef weight,
                    const pruning::CalibrationStatistics &statistics,
                    const RequestAttrs &attrs,
                    llvm::ThreadPoolInterface *pool) {
  std::optional<pruning::CalibratedRequest> request = toCalibratedRequest(
      attrs.pattern, attrs.method, attrs.sparsity, /*inputDim=*/1);
  if (!request)
    return llvm::createStringError("its method cannot be tried");
  llvm::Expected<pruning::CalibratedResult> result =
      pruning::pruneCalibrated(weight, statistics, *request, pool);
  if (!result)
    return result.takeError();
  pruning::MutableTensorRef target{copy.bytes.data(), weight.shape,
                                   weight.type};
  if (!pruning::applyResult(target, *result, pool))
    return llvm::createStringError("a new value does not fit its type");
  pruning::PruneStatistics counts =
      pruning::computeStatistics(weight, result->mask, pool);
  copy.density = 1 - counts.getSparsity();
  copy.retainedNorm = counts.getRetainedNorm();
  return std::move(copy);
}

llvm::Expected<PrunedCopy>
sparseopt::pruneCopy(MLIRContext *context, pruning::TensorRef weight,
                     const pruning::CalibrationStatistics &statistics,
                     const Candidate &candidate,
                     llvm::ThreadPoolInterface *pool) {
  PrunedCopy copy;
  auto *data = static_cast<const char *>(weight.data);
  copy.bytes.assign(data, data + weight.getNumBytes());
  int64_t total = weight.getNumElements();
  if (candidate.isDense) {
    int64_t nonzeros = pruning::countNonzeros(weight, pool);
    copy.density = total == 0 ? 1.0 : double(nonzeros) / total;
    return std::move(copy);
  }
  auto unexpected = [&](StringRef) {
    return emitError(UnknownLoc::get(context));
  };
  FailureOr<RequestAttrs> attrs = candidate.spec.build(context, 1, unexpected);
  assert(succeeded(attrs) && "candidates were built before");
  if (attrs->method.needsStatistics())
    return pruneCalibratedCopy(std::move(copy), weight, statistics, *attrs,
                               pool);
  std::optional<pruning::PruneRequest> request =
      toRequest(attrs->pattern, attrs->method, attrs->sparsity);
  if (!request)
    return llvm::createStringError("method " + candidate.spec.method +
                                   " cannot be tried");
  if (llvm::Error error = pruning::verifyRequest(*request, weight.shape))
    return std::move(error);
  llvm::Expected<std::vector<pruning::Mask>> masks =
      pruning::chooseMasks(weight, *request, pool);
  if (!masks)
    return masks.takeError();
  pruning::PruneStatistics counts =
      pruning::computeStatistics(weight, masks->front(), pool);
  pruning::applyMask({copy.bytes.data(), weight.shape, weight.type},
                     masks->front(), pool);
  copy.density = 1 - counts.getSparsity();
  copy.retainedNorm = counts.getRetainedNorm();
  return std::move(copy);
}
