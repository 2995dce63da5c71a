//===- RowBlocks.cpp - Pruning a weight by blocks of rows -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which requests leave rows alone, and the state that blocks of rows share.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/RowBlocks.h"

#include "Layer.h"

using namespace sparseopt::pruning;

/// Whether `pattern` with amounts of `scope` leaves rows to themselves.
static bool isRowwisePattern(const Pattern &pattern, Scope scope,
                             int64_t rowDim) {
  if (auto *nm = std::get_if<NMPattern>(&pattern))
    return nm->dim != rowDim;
  return std::holds_alternative<UnstructuredPattern>(pattern) &&
         scope == Scope::Row && rowDim == 0;
}

bool sparseopt::pruning::isRowwise(const PruneRequest &request) {
  if (auto *magnitude = std::get_if<MagnitudeMethod>(&request.method))
    return isRowwisePattern(request.pattern, magnitude->scope, 0);
  auto &threshold = std::get<ThresholdMethod>(request.method);
  bool isFixed = threshold.kind == ThresholdKind::Absolute;
  return std::holds_alternative<UnstructuredPattern>(request.pattern) &&
         (isFixed || threshold.scope == Scope::Row);
}

bool sparseopt::pruning::isRowwise(const CalibratedRequest &request) {
  // Rows of the stored weight are to be outputs.
  if (request.inputDim != 1 || request.refit > 0)
    return false;
  auto isRowwiseIn = [&](Scope scope) {
    return isRowwisePattern(request.pattern, scope, 0);
  };
  if (auto *wanda = std::get_if<WandaMethod>(&request.method))
    return isRowwiseIn(wanda->scope);
  if (std::holds_alternative<DSnoTMethod>(request.method))
    return isRowwiseIn(Scope::Row);
  if (auto *sparsegpt = std::get_if<SparseGPTMethod>(&request.method))
    return isRowwiseIn(sparsegpt->scope);
  return false;
}

RowBlockPruner::RowBlockPruner(PruneRequest request)
    : request(std::move(request)) {}

RowBlockPruner::RowBlockPruner(RowBlockPruner &&) = default;
RowBlockPruner &RowBlockPruner::operator=(RowBlockPruner &&) = default;
RowBlockPruner::~RowBlockPruner() = default;

llvm::Expected<RowBlockPruner>
RowBlockPruner::create(CalibratedRequest request,
                       const CalibrationStatistics &statistics,
                       int64_t inputDim, llvm::ThreadPoolInterface *pool) {
  if (llvm::Error error =
          verifyStatistics(statistics, inputDim, needsGram(request)))
    return std::move(error);
  RowBlockPruner pruner{PruneRequest()};
  pruner.statistics = statistics;
  if (auto *method = std::get_if<SparseGPTMethod>(&request.method)) {
    llvm::Expected<SparseGPTFactor> factor =
        SparseGPTFactor::get(statistics.gram, inputDim, method->damping, pool);
    if (!factor)
      return factor.takeError();
    pruner.damping = factor->damping;
    pruner.factor = std::make_unique<SparseGPTFactor>(std::move(*factor));
    pruner.statistics = CalibrationStatistics();
  }
  pruner.request = std::move(request);
  return std::move(pruner);
}

bool RowBlockPruner::isRowwise() const {
  return std::visit(
      [](const auto &value) { return sparseopt::pruning::isRowwise(value); },
      request);
}

const Pattern &RowBlockPruner::getPattern() const {
  return std::visit(
      [](const auto &value) -> const Pattern & { return value.pattern; },
      request);
}

llvm::Error
RowBlockPruner::pruneWithStatistics(MutableTensorRef rows,
                                    llvm::ThreadPoolInterface *pool) {
  const auto &calibrated = std::get<CalibratedRequest>(request);
  if (llvm::Error error = verifyRequest(calibrated, rows.shape, rows.type))
    return error;
  if (std::optional<int64_t> position = findNonFinite(rows, pool))
    return llvm::make_error<NonFiniteWeightError>(0, *position,
                                                  getElement(rows, *position));
  llvm::Expected<CalibratedResult> result =
      pruneCalibrated(rows, statistics, calibrated, factor.get(), pool);
  if (!result)
    return result.takeError();
  if (result->damping)
    damping = result->damping;
  if (applyResult(rows, *result, pool))
    return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "a new value does not fit the weight's type " +
                                     getElementTypeName(rows.type));
}

llvm::Error RowBlockPruner::prune(MutableTensorRef rows,
                                  llvm::ThreadPoolInterface *pool) {
  TensorRef source = rows;
  if (source.getNumElements() == 0)
    return llvm::Error::success();
  auto *plain = std::get_if<PruneRequest>(&request);
  if (!plain)
    return pruneWithStatistics(rows, pool);
  llvm::Expected<std::vector<Mask>> masks = chooseMasks(source, *plain, pool);
  if (!masks)
    return masks.takeError();
  applyMask(rows, masks->front(), pool);
  return llvm::Error::success();
}
