//===- Prune.cpp - Execute the prune requests on weights --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-prune: adds the request of its options, then executes all
// requests.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Prune/Passes.h"

#include "AddRequests.h"
#include "ExecuteRequests.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

using namespace mlir;
using namespace sparseopt;

namespace sparseopt {
#define GEN_PASS_DEF_PRUNEPASS
#include "sparse-opt/Transforms/Prune/Passes.h.inc"
} // namespace sparseopt

/// The number of an option whose default, -1, means that it is not given.
template <typename T>
static std::optional<T> getIfGiven(T value) {
  return value == T(-1) ? std::nullopt : std::optional<T>(value);
}

namespace {

struct PrunePass : public sparseopt::impl::PrunePassBase<PrunePass> {
  using PrunePassBase::PrunePassBase;

protected:
  void runOnOperation() override {
    if (failed(addRequestsOfOptions()) || failed(execute()))
      signalPassFailure();
  }

private:
  LogicalResult execute() {
    std::shared_ptr<StatisticsFile> file;
    if (!stats.empty()) {
      llvm::Expected<std::shared_ptr<StatisticsFile>> opened =
          StatisticsFile::open(stats);
      if (!opened)
        return getOperation().emitError(llvm::toString(opened.takeError()));
      file = *opened;
    }
    return executeRequests(getOperation(), file.get(), record);
  }

  LogicalResult addRequestsOfOptions() {
    if (pattern.empty())
      return checkNothingElseGiven();
    sparsity::RequestSpec spec;
    spec.pattern = pattern;
    spec.method = method;
    spec.scope = scope;
    spec.norm = norm;
    spec.sparsity = getIfGiven<double>(sparsity);
    spec.dim = getIfGiven<int64_t>(dim);
    spec.absolute = getIfGiven<double>(absolute);
    spec.quantile = getIfGiven<double>(quantile);
    spec.stddev = getIfGiven<double>(stddev);
    spec.power = getIfGiven<double>(power);
    spec.damping = getIfGiven<double>(damping);
    spec.blockSize = getIfGiven<int64_t>(blockSize);
    spec.iterations = getIfGiven<int64_t>(iterations);
    spec.gradual = getIfGiven<int64_t>(gradual);
    spec.refit = getIfGiven<int64_t>(refit);
    return addRequests(getOperation(), spec, targets, ignore);
  }

  /// Options that describe a request mean nothing without a pattern.
  LogicalResult checkNothingElseGiven() {
    bool anyGiven = !scope.empty() || !norm.empty() || sparsity != -1.0 ||
                    dim != -1 || power != -1.0 || damping != -1.0 ||
                    blockSize != -1 || iterations != -1 || gradual != -1 ||
                    refit != -1 || absolute != -1.0 || quantile != -1.0 ||
                    stddev != -1.0 || !targets.empty() || !ignore.empty();
    if (!anyGiven)
      return success();
    return getOperation().emitError(
        "sparsity-prune options that describe a request need a pattern");
  }
};

} // namespace
