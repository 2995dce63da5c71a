//===- TakeWeights.cpp - Weights that were pruned elsewhere -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-take-weights: joins a network whose stages were pruned one
// after another.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Calibrate/Passes.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_TAKEWEIGHTSPASS
#include "sparse-opt/Transforms/Calibrate/Passes.h.inc"
} // namespace sparseopt

static OwningOpRef<ModuleOp> parse(StringRef path, Location loc) {
  std::string error;
  // Data in bytecode is used in place and has to be aligned like the file says.
  auto buffer = openInputFile(path, llvm::Align(64), &error);
  if (!buffer) {
    mlir::emitError(loc) << error;
    return nullptr;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(loc.getContext()));
}

/// Replaces the uses of the requests on `weight` by the weight.
static void removeRequests(WeightOp weight) {
  for (Operation *user :
       llvm::make_early_inc_range(weight.getResult().getUsers()))
    while (auto prune = dyn_cast_or_null<PruneOp>(user)) {
      user = nullptr;
      for (Operation *next : prune.getResult().getUsers())
        if (isa<PruneOp>(next))
          user = next;
      prune.getResult().replaceAllUsesWith(weight.getResult());
      prune.erase();
    }
}

namespace {

struct TakeWeights : public sparseopt::impl::TakeWeightsPassBase<TakeWeights> {
  using TakeWeightsPassBase::TakeWeightsPassBase;

protected:
  void runOnOperation() override {
    llvm::StringMap<SmallVector<WeightOp>> weights;
    getOperation().walk(
        [&](WeightOp weight) { weights[weight.getName()].push_back(weight); });
    for (const std::string &path : from) {
      OwningOpRef<ModuleOp> module = parse(path, getOperation().getLoc());
      if (!module)
        return signalPassFailure();
      WalkResult result = module->walk([&](WeightOp source) {
        return succeeded(take(source, weights[source.getName()], path))
                   ? WalkResult::advance()
                   : WalkResult::interrupt();
      });
      if (result.wasInterrupted())
        return signalPassFailure();
    }
  }

private:
  LogicalResult take(WeightOp source, ArrayRef<WeightOp> targets,
                     StringRef path) {
    if (targets.empty())
      return getOperation().emitError()
             << "there is no weight '" << source.getName() << "', which '"
             << path << "' has";
    for (WeightOp target : targets) {
      if (target.getType() != source.getType())
        return mlir::emitError(target.getLoc())
               << "weight '" << target.getName() << "' is " << target.getType()
               << ", in '" << path << "' it is " << source.getType();
      target.setValueAttr(source.getValueAttr());
      if (ArrayAttr patterns = source.getPatternsAttr())
        target.setPatternsAttr(patterns);
      removeRequests(target);
    }
    return success();
  }
};

} // namespace
