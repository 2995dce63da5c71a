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
#include "sparse-opt/Transforms/Import/Passes.h"
#include "sparse-opt/Transforms/Pack/Passes.h"
#include "sparse-opt/Transforms/Prune/Passes.h"
#include "sparse-opt/Transforms/Select/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

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

void sparseopt::addPrunePasses(OpPassManager &pm,
                               const SparsifyOptions &options) {
  PrunePassOptions prune;
  prune.pattern = options.pattern;
  prune.method = options.method;
  prune.sparsity = options.sparsity;
  prune.scope = options.scope;
  prune.stats = options.stats;
  llvm::append_range(prune.targets, options.targets);
  llvm::append_range(prune.ignore, options.ignore);
  pm.addPass(createPrunePass(prune));
  pm.addPass(createVerifyPatternsPass());
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
  addPrunePasses(pm, options);
  addSelectPasses(pm, options);
  addPackPasses(pm, options);
}

void sparseopt::registerSparsifyPipelines() {
  PassPipelineRegistration<SparsifyOptions>(
      "sparsity-sparsify",
      "From a dense model to packed sparse layers: import, prune, select, pack",
      buildSparsifyPipeline);
}
