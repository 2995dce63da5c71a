//===- Sparsify.cpp - From a dense model to packed sparse layers -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The phases import to pack.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pipelines/Sparsify.h"

#include "sparse-opt/Conversion/Passes.h"
#include "sparse-opt/Machine/Machine.h"
#include "sparse-opt/Transforms/Choose/Passes.h"
#include "sparse-opt/Transforms/Import/Passes.h"
#include "sparse-opt/Transforms/Pack/Passes.h"
#include "sparse-opt/Transforms/Propagate/Passes.h"
#include "sparse-opt/Transforms/Prune/Passes.h"
#include "sparse-opt/Transforms/Select/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt;

void sparseopt::addImportPasses(OpPassManager &pm,
                                const SparsifyOptions &options) {
  pm.addPass(createNormalizePass());
  if (!options.recipe.empty()) {
    ApplyRecipePassOptions recipe;
    recipe.recipe = options.recipe;
    recipe.printMatches = options.printMatches;
    pm.addPass(createApplyRecipePass(recipe));
  }
  pm.addPass(createDetectPatternsPass());
}

/// With a budget, the pattern is what it chooses from.
static SmallVector<std::string> getCandidates(const SparsifyOptions &options) {
  SmallVector<std::string> candidates(options.candidates.begin(),
                                      options.candidates.end());
  if (options.pattern.empty())
    return candidates;
  std::string pattern = options.pattern;
  if (options.sparsity != -1.0)
    pattern += llvm::formatv(":{0}", options.sparsity.getValue());
  candidates.push_back(pattern);
  return candidates;
}

void sparseopt::addChoosePasses(OpPassManager &pm,
                                const SparsifyOptions &options) {
  if (options.budget.empty())
    return;
  ChoosePatternsPassOptions choose;
  choose.budget = options.budget;
  choose.statistics = options.stats;
  choose.candidates = getCandidates(options);
  choose.method = options.method;
  choose.scope = options.scope;
  llvm::append_range(choose.targets, options.targets);
  llvm::append_range(choose.ignore, options.ignore);
  choose.tokens = options.tokens;
  choose.targetCPU = options.targetCPU;
  choose.machineFile = options.machine;
  choose.threads = options.threads;
  choose.family = options.family;
  choose.printTable = options.printTable;
  pm.addPass(createChoosePatternsPass(choose));
}

void sparseopt::addPrunePasses(OpPassManager &pm,
                               const SparsifyOptions &options) {
  PrunePassOptions prune;
  prune.stats = options.stats;
  prune.record = options.record;
  if (options.budget.empty()) {
    prune.pattern = options.pattern;
    prune.method = options.method;
    prune.sparsity = options.sparsity;
    prune.scope = options.scope;
    llvm::append_range(prune.targets, options.targets);
    llvm::append_range(prune.ignore, options.ignore);
  }
  pm.addPass(createPrunePass(prune));
  pm.addPass(createVerifyPatternsPass());
}

void sparseopt::addPropagatePasses(OpPassManager &pm,
                                   const SparsifyOptions &options) {
  PropagatePassOptions propagate;
  propagate.assumeFinite = options.assumeFinite;
  addShrinkPasses(pm, options);
  pm.addPass(createPropagatePass(propagate));
}

void sparseopt::addShrinkPasses(OpPassManager &pm,
                                const SparsifyOptions &options) {
  ShrinkPassOptions shrink;
  shrink.assumeFinite = options.assumeFinite;
  pm.addPass(createShrinkPass(shrink));
}

void sparseopt::addSelectPasses(OpPassManager &pm,
                                const SparsifyOptions &options) {
  SelectKernelsPassOptions select;
  select.targetCPU = options.targetCPU;
  select.machineFile = options.machine;
  select.threads = options.threads;
  select.family = options.family;
  select.strict = options.strict;
  pm.addPass(createSelectKernelsPass(select));
}

void sparseopt::addPackPasses(OpPassManager &pm,
                              const SparsifyOptions &options) {
  PackWeightsPassOptions pack;
  pack.targetCPU = options.targetCPU;
  pack.machineFile = options.machine;
  pm.addPass(createPackWeightsPass(pack));
  pm.addPass(createConvertSparsityToLinalgPass());
}

void sparseopt::buildSparsifyPipeline(OpPassManager &pm,
                                      const SparsifyOptions &options) {
  addImportPasses(pm, options);
  // What is dead already goes before anything is pruned, and what pruning kills
  // after it.
  addPropagatePasses(pm, options);
  addChoosePasses(pm, options);
  addPrunePasses(pm, options);
  addShrinkPasses(pm, options);
  LowerAssumptionsPassOptions assumptions;
  assumptions.check = options.checkAssumptions;
  pm.addPass(createLowerAssumptionsPass(assumptions));
  if (StringRef(options.target).starts_with("sm_") &&
      !hasDeviceKernels(options.target)) {
    // No family generates kernels for these: layers become plain contractions.
    pm.addPass(createConvertSparsityToLinalgPass());
    return;
  }
  addSelectPasses(pm, options);
  addPackPasses(pm, options);
}

void sparseopt::registerSparsifyPipelines() {
  PassPipelineRegistration<SparsifyOptions>(
      "sparsity-sparsify",
      "From a dense model to packed sparse layers: import, choose, prune, "
      "select, pack",
      buildSparsifyPipeline);
}
