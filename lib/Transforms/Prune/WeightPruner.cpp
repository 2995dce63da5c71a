//===- WeightPruner.cpp - A request on values from elsewhere ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a prune request in a module to the numerics on a buffer.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Prune/WeightPruner.h"

#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightTensor.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightUses.h"
#include "sparse-opt/Pruning/PatternCheck.h"

#include "CalibratedWork.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

FailureOr<std::unique_ptr<WeightPruner>>
WeightPruner::create(ModuleOp module, StringRef name, StringRef stats) {
  WeightOp weight;
  module.walk([&](WeightOp op) {
    if (op.getName() == name)
      weight = op;
  });
  if (!weight)
    return module.emitError() << "there is no weight '" << name << "'";
  PruneOp request;
  for (Operation *user : weight->getUsers()) {
    auto op = dyn_cast<PruneOp>(user);
    if (!op)
      continue;
    bool isChained = llvm::any_of(op->getUsers(), llvm::IsaPred<PruneOp>);
    if (request || isChained)
      return op.emitOpError()
             << "weight '" << name << "' has more than one request";
    request = op;
  }
  if (!request)
    return std::unique_ptr<WeightPruner>();
  std::unique_ptr<WeightPruner> result(new WeightPruner(weight));
  if (failed(result->prepare(request, stats)))
    return failure();
  return std::move(result);
}

LogicalResult WeightPruner::prepare(PruneOp op, StringRef stats) {
  RankedTensorType shaped = weight.getType();
  std::optional<pruning::ElementType> element =
      getPruningType(shaped.getElementType());
  if (!element)
    return weight.emitOpError() << "'" << weight.getName() << "' has elements "
                                << "of type " << shaped.getElementType()
                                << ", which cannot be pruned";
  type = *element;
  WeightUses uses = findWeightUses(op.getResult());
  PatternAttrInterface pattern = op.getPattern();
  if (uses.contractionDim)
    pattern = pattern.withDefaultDim(*uses.contractionDim);
  patternText = pruning::toString(toPattern(pattern));
  if (!op.getMethod().needsStatistics()) {
    std::optional<pruning::PruneRequest> request =
        toRequest(pattern, op.getMethod(), op.getSparsityAttr());
    if (!request)
      return op.emitOpError()
             << "method " << op.getMethod() << " cannot be executed";
    if (llvm::Error error = pruning::verifyRequest(*request, shaped.getShape()))
      return op.emitOpError(llvm::toString(std::move(error)));
    pruner.emplace(std::move(*request));
    return success();
  }
  if (!stats.empty()) {
    llvm::Expected<std::shared_ptr<StatisticsFile>> opened =
        StatisticsFile::open(stats);
    if (!opened)
      return weight.emitError(llvm::toString(opened.takeError()));
    file = *opened;
  }
  FailureOr<CalibratedWork> work =
      CalibratedWork::get(op, weight, pattern, file.get());
  if (failed(work))
    return failure();
  llvm::Expected<pruning::RowBlockPruner> made =
      pruning::RowBlockPruner::create(work->request, work->statistics,
                                      shaped.getDimSize(work->request.inputDim),
                                      getThreadPool(op.getContext()));
  if (!made)
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName()
           << "': " << llvm::toString(made.takeError());
  std::optional<double> asked = work->getAskedDamping();
  if (asked && made->getDamping() && *made->getDamping() > *asked)
    mlir::emitWarning(weight.getLoc())
        << "weight '" << weight.getName()
        << "': the Gram matrix of its inputs has no Cholesky factor at damping "
        << *asked << "; damped by " << *made->getDamping();
  pruner.emplace(std::move(*made));
  // The pages of a large Gram matrix need not stay mapped.
  if (!pruner->readsStatistics())
    file.reset();
  return success();
}

LogicalResult WeightPruner::prune(void *data, int64_t firstRow,
                                  int64_t numRows) {
  SmallVector<int64_t> shape(weight.getType().getShape());
  shape[0] = numRows;
  pruning::MutableTensorRef rows{data, shape, type};
  llvm::ThreadPoolInterface *pool = getThreadPool(weight.getContext());
  auto fail = [&] {
    return mlir::emitError(weight.getLoc())
           << "weight '" << weight.getName() << "' ";
  };
  llvm::Error error = pruner->prune(rows, pool);
  if (error) {
    llvm::handleAllErrors(
        std::move(error),
        [&](const pruning::NonFiniteWeightError &found) {
          SmallVector<int64_t> index =
              pruning::delinearize(found.position, shape);
          index[0] += firstRow;
          fail() << "holds " << found.value << " at [" << index
                 << "]; what is not finite cannot be pruned";
        },
        [&](const llvm::ErrorInfoBase &other) {
          fail() << "cannot be pruned: " << other.message();
        });
    return failure();
  }
  const pruning::Pattern &pattern = pruner->getPattern();
  bool isUnstructured =
      std::holds_alternative<pruning::UnstructuredPattern>(pattern);
  if (!isUnstructured && !pruning::checkPattern(rows, pattern, pool).holds())
    return fail() << "does not have its pattern after pruning";
  return success();
}
