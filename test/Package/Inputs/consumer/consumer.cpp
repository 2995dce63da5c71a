//===- consumer.cpp - A compiler that embeds sparse-opt ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prunes the layer of the given module, lowers it once through the sparsity
// passes and once as dense loops, goes on with upstream's passes and upstream's
// execution engine, and compares the results.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/InitAll.h"

#include "mlir/ExecutionEngine/CRunnerUtils.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

#include "llvm/Support/TargetSelect.h"

#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

using namespace mlir;

static constexpr int64_t numTokens = 7, numIn = 16, numOut = 5;

/// The embedder's own pass managers.
static LogicalResult run(ModuleOp module, StringRef pipeline) {
  PassManager manager(module.getContext());
  if (failed(parsePassPipeline(pipeline, manager)))
    return failure();
  return manager.run(module);
}

static constexpr StringRef prune =
    "sparsity-normalize,sparsity-prune{pattern=2:4},sparsity-verify-patterns";

static constexpr StringRef toKernels =
    "sparsity-select-kernels{family=cpu.nm_permute},sparsity-pack-weights,"
    "sparsity-to-cpu{threading=none}";

static constexpr StringRef toLoops = "sparsity-to-linalg";

static constexpr StringRef upstream =
    "one-shot-bufferize{bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map},"
    "buffer-results-to-out-params{hoist-static-allocs "
    "modify-public-functions},"
    "func.func(llvm-request-c-wrappers),convert-linalg-to-loops,"
    "expand-strided-metadata,lower-affine,convert-scf-to-cf,"
    "convert-vector-to-llvm,finalize-memref-to-llvm,convert-arith-to-llvm,"
    "convert-math-to-llvm,convert-func-to-llvm,convert-cf-to-llvm,"
    "reconcile-unrealized-casts";

/// Calls y = function(x) on row-major matrices.
static std::vector<float> call(ExecutionEngine &engine, StringRef function,
                               std::vector<float> &x) {
  std::vector<float> y(numTokens * numOut, NAN);
  StridedMemRefType<float, 2> in{
      x.data(), x.data(), 0, {numTokens, numIn}, {numIn, 1}};
  StridedMemRefType<float, 2> out{
      y.data(), y.data(), 0, {numTokens, numOut}, {numOut, 1}};
  void *inPointer = &in, *outPointer = &out;
  void *arguments[] = {&inPointer, &outPointer};
  if (llvm::Error error =
          engine.invokePacked(("_mlir_ciface_" + function).str(), arguments)) {
    llvm::errs() << llvm::toString(std::move(error)) << "\n";
    std::exit(1);
  }
  return y;
}

/// Lowers a copy of the pruned module and calls @forward.
static FailureOr<std::vector<float>>
lowerAndCall(ModuleOp pruned, StringRef passes, std::vector<float> &x) {
  OwningOpRef<ModuleOp> module = pruned.clone();
  if (failed(run(*module, passes)))
    return failure();
  int numKernels = 0;
  module->walk(
      [&](Operation *op) { numKernels += op->hasAttr("sparsity.layer"); });
  std::printf("layers on kernels: %d\n", numKernels);
  if (failed(run(*module, upstream)))
    return failure();
  auto engine = ExecutionEngine::create(*module);
  if (!engine) {
    llvm::errs() << llvm::toString(engine.takeError()) << "\n";
    return failure();
  }
  return call(**engine, "forward", x);
}

static int compare(ModuleOp pruned) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(numTokens * numIn);
  for (float &value : x)
    value = normal(random);
  auto dense = lowerAndCall(pruned, toLoops, x);
  auto sparse = lowerAndCall(pruned, toKernels, x);
  if (failed(dense) || failed(sparse))
    return 1;
  int numEqual = 0;
  for (size_t i = 0; i < dense->size(); ++i)
    numEqual += std::fabs((*dense)[i] - (*sparse)[i]) <=
                1e-5f * (1 + std::fabs((*dense)[i]));
  std::printf("equal values: %d of %d\n", numEqual, int(dense->size()));
  return numEqual == int(dense->size()) ? 0 : 1;
}

int main(int argc, char **argv) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  registerAllPasses();
  sparseopt::registerAllDialects(registry);
  sparseopt::registerAllPasses();

  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(argc == 2 ? argv[1] : "-", &context);
  if (!module || failed(run(*module, prune)))
    return 1;
  return compare(*module);
}
