//===- consumer.cpp - A compiler that embeds sparse-opt ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the sparsity passes in its own pass manager, goes on with upstream's
// passes and upstream's execution engine, and compares the functions @layer and
// @dense of the given module: same weights, one through a kernel, one through
// loops.
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

/// The embedder's own pass manager: sparsity first, upstream after it.
static LogicalResult compile(ModuleOp module) {
  PassManager sparsity(module.getContext());
  if (failed(parsePassPipeline("sparsity-select-kernels,sparsity-pack-weights,"
                               "sparsity-to-cpu{threading=none}",
                               sparsity)) ||
      failed(sparsity.run(module)))
    return failure();
  int64_t numKernels = 0;
  module.walk(
      [&](Operation *op) { numKernels += op->hasAttr("sparsity.layer"); });
  std::printf("layers on kernels: %d\n", int(numKernels));

  PassManager upstream(module.getContext());
  if (failed(parsePassPipeline(
          "one-shot-bufferize{bufferize-function-boundaries "
          "function-boundary-type-conversion=identity-layout-map},"
          "buffer-results-to-out-params{hoist-static-allocs "
          "modify-public-functions},"
          "func.func(llvm-request-c-wrappers),convert-linalg-to-loops,"
          "expand-strided-metadata,lower-affine,convert-scf-to-cf,"
          "convert-vector-to-llvm,finalize-memref-to-llvm,"
          "convert-arith-to-llvm,convert-math-to-llvm,convert-func-to-llvm,"
          "convert-cf-to-llvm,reconcile-unrealized-casts",
          upstream)))
    return failure();
  return upstream.run(module);
}

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

static int compare(ExecutionEngine &engine) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(numTokens * numIn);
  for (float &value : x)
    value = normal(random);
  std::vector<float> dense = call(engine, "dense", x);
  std::vector<float> layer = call(engine, "layer", x);
  int numEqual = 0;
  for (size_t i = 0; i < dense.size(); ++i)
    numEqual +=
        std::fabs(dense[i] - layer[i]) <= 1e-5f * (1 + std::fabs(dense[i]));
  std::printf("equal values: %d of %d\n", numEqual, int(dense.size()));
  return numEqual == int(dense.size()) ? 0 : 1;
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
  if (!module || failed(compile(*module)))
    return 1;
  auto engine = ExecutionEngine::create(*module);
  if (!engine) {
    llvm::errs() << llvm::toString(engine.takeError()) << "\n";
    return 1;
  }
  return compare(**engine);
}
