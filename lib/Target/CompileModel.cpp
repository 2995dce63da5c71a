//===- CompileModel.cpp - From a dense model to a library -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sparsification and compilation in one call, and the options of the tools for
// it.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/CompileModel.h"

#include "sparse-opt/Conversion/PackedToCPU/PackedToCPU.h"
#include "sparse-opt/Conversion/PackedToNVVM/PackedToNVVM.h"
#include "sparse-opt/Machine/Machine.h"
#include "sparse-opt/Report/Report.h"
#include "sparse-opt/Target/GpuBackend.h"
#include "sparse-opt/Transforms/Calibrate/Passes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Pass/PassManager.h"

namespace cl = llvm::cl;
using namespace mlir;
using namespace sparseopt;

void sparseopt::removeForeignOptions(const char *program) {
  cl::ResetCommandLineParser();
  // The first parse creates the common options, as --help and LLVM's --stats.
  cl::ParseCommandLineOptions(1, &program);
  if (cl::Option *stats = cl::getRegisteredOptions().lookup("stats"))
    stats->removeArgument();
}

SparsifyFlags::SparsifyFlags(cl::OptionCategory &category)
    : recipe("recipe", cl::value_desc("FILE"), cl::cat(category),
             cl::desc("Prune as this file says (YAML)")),
      pattern("pattern", cl::value_desc("P"), cl::cat(category),
              cl::desc("Prune all layers to P first: N:M (at most N nonzeros "
                       "in each M), block<4x1>, slice or unstructured")),
      method("method", cl::value_desc("M"), cl::init("magnitude"),
             cl::cat(category), cl::desc("magnitude (default) or threshold")),
      scope("scope", cl::value_desc("S"), cl::cat(category),
            cl::desc("What competes: row, layer (default) or global")),
      machine("machine", cl::value_desc("FILE"), cl::cat(category),
              cl::desc("Machine description for the cost model (YAML)")),
      family("family", cl::value_desc("F"), cl::cat(category),
             cl::desc("Use this kernel family wherever it can serve a layer, "
                      "for example cpu.dense")),
      report("sparsity-report", cl::value_desc("FILE"), cl::cat(category),
             cl::desc("Write the decision on each layer and what was pruned: "
                      "a page if FILE ends in .html, else JSON")),
      weightsFile("sparsity-weights", cl::value_desc("FILE"), cl::cat(category),
                  cl::desc("Take weights that the module only names from this "
                           "file (safetensors)")),
      budget("budget", cl::value_desc("B"), cl::cat(category),
             cl::desc("Choose a pattern for each layer so that this is kept: "
                      "speed-up:1.5, bytes:12MiB, bytes:60% or error:0.01")),
      statistics("sparsity-stats", cl::value_desc("FILE"), cl::cat(category),
                 cl::desc("Statistics of the layers' inputs (safetensors)")),
      sparsity("sparsity", cl::value_desc("X"), cl::init(-1.0),
               cl::cat(category),
               cl::desc("Fraction of zeros in [0, 1) for patterns other than "
                        "N:M")),
      tokens("tokens", cl::value_desc("N"), cl::init(128), cl::cat(category),
             cl::desc("Number of tokens for which a budget judges layers of "
                      "dynamic token count (default: 128)")),
      targets("targets", cl::value_desc("REGEX"), cl::CommaSeparated,
              cl::cat(category),
              cl::desc("Prune only weights whose whole name matches")),
      ignore("ignore", cl::value_desc("REGEX"), cl::CommaSeparated,
             cl::cat(category),
             cl::desc("Leave alone weights whose whole name matches")),
      candidates("candidates", cl::value_desc("P"), cl::CommaSeparated,
                 cl::cat(category),
                 cl::desc("What a budget chooses from: dense, N:M, "
                          "unstructured:S, block<AxB>:S or slice:S with a "
                          "sparsity S")),
      strict("strict", cl::cat(category),
             cl::desc("Fail where a pruned layer would run dense")),
      assumeFinite("assume-finite", cl::cat(category),
                   cl::desc("Remove dead slices as if no value were infinite "
                            "or NaN")),
      printMatches("print-matches", cl::cat(category),
                   cl::desc("Print which rule of the recipe decides about "
                            "which weight")),
      printTable("print-table", cl::cat(category),
                 cl::desc("Print the Pareto front of a budget and its "
                          "choices")) {}

void SparsifyFlags::applyTo(ModelOptions &options) const {
  options.sparsify.recipe = recipe.getValue();
  options.sparsify.printMatches = printMatches.getValue();
  options.sparsify.assumeFinite = assumeFinite.getValue();
  options.sparsify.pattern = pattern.getValue();
  options.sparsify.method = method.getValue();
  options.sparsify.scope = scope.getValue();
  options.sparsify.machine = machine.getValue();
  options.sparsify.family = family.getValue();
  options.sparsify.sparsity = sparsity.getValue();
  options.sparsify.strict = strict.getValue();
  options.sparsify.printTable = printTable.getValue();
  options.sparsify.budget = budget.getValue();
  options.sparsify.stats = statistics.getValue();
  options.sparsify.tokens = tokens.getValue();
  for (const std::string &candidate : candidates)
    options.sparsify.candidates.push_back(candidate);
  for (const std::string &target : targets)
    options.sparsify.targets.push_back(target);
  for (const std::string &name : ignore)
    options.sparsify.ignore.push_back(name);
  options.report = report;
}

/// The name by which kernels know the CPU that code is generated for.
static std::string getKernelCPU(const TargetCpu &cpu) {
  return cpu.name == "native" ? "host" : cpu.name;
}

LogicalResult sparseopt::compileModel(ModuleOp module,
                                      const ModelOptions &options,
                                      StringRef output) {
  SparsifyOptions sparsify;
  sparsify.copyOptionValuesFrom(options.sparsify);
  sparsify.targetCPU = getKernelCPU(options.compile.cpu);
  if (!options.report.empty())
    sparsify.record = true;
  if (!options.compile.gpu.empty()) {
    if (failed(checkGpuTarget(options.compile.gpu, module.getLoc())))
      return failure();
    if (options.compile.profile)
      return emitError(module.getLoc(), "profiles are of CPU targets: a GPU "
                                        "runs on while the clock is read");
    sparsify.target = options.compile.gpu;
    sparsify.targetCPU = options.compile.gpu;
  }
  if (options.compile.progress)
    options.compile.progress("sparsify");
  PassManager pm(module.getContext());
  // Later passes rewrite the operations that say which sizes are equal.
  pm.addPass(createCheckDimsPass());
  buildSparsifyPipeline(pm, sparsify);
  if (failed(pm.run(module)))
    return failure();
  if (!options.report.empty() && failed(writeReport(module, options.report)))
    return failure();
  if (options.summary)
    printSummary(module, *options.summary);

  CompileOptions compile = options.compile;
  if (!compile.gpu.empty()) {
    compile.bufferPasses = [&](OpPassManager &buffers) {
      ConvertPackedToNVVMPassOptions toNVVM;
      toNVVM.target = options.compile.gpu;
      if (hasDeviceKernels(toNVVM.target))
        buffers.addPass(createConvertPackedToNVVMPass(toNVVM));
    };
    return compileLibrary(module, compile, output);
  }
  compile.bufferPasses = [&](OpPassManager &buffers) {
    ConvertPackedToCPUPassOptions toCPU;
    toCPU.targetCPU = sparsify.targetCPU;
    toCPU.machineFile = sparsify.machine;
    toCPU.threading = options.compile.openmp ? "omp" : "none";
    buffers.addPass(createConvertPackedToCPUPass(toCPU));
    buffers.addPass(createLowerObserversPass());
  };
  return compileLibrary(module, compile, output);
}
