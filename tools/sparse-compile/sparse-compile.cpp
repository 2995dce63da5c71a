//===- sparse-compile.cpp - Compile a model to a library --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Command line around compileLibrary.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/InitAll.h"
#include "sparse-opt/Target/CompileModel.h"
#include "sparse-opt/Target/LoadModule.h"
#include "sparse-opt/Target/Progress.h"
#include "sparse-opt/Target/ToolDiagnostics.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;
using namespace sparseopt;

namespace {
enum class Threading { OpenMP, None };
} // namespace

namespace {
/// Created in main, after LLVM's own options were removed: some of them have
/// the same names.
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<std::string> inputPath{
      cl::Positional, cl::Required, cl::value_desc("MODULE"),
      cl::desc("<model.mlir or .mlirbc>"), cl::cat(category)};
  cl::opt<std::string> outputPath{"o", cl::Required, cl::desc("File to write"),
                                  cl::value_desc("FILE"), cl::cat(category)};
  cl::opt<EmitKind> emitKind{
      "emit", cl::desc("What to write (default: shared)"),
      cl::values(
          clEnumValN(EmitKind::SharedLibrary, "shared",
                     "a shared library (.so)"),
          clEnumValN(EmitKind::Object, "object",
                     "an object file to link into a program"),
          clEnumValN(EmitKind::Header, "header", "the C header for both"),
          clEnumValN(EmitKind::Ptx, "ptx", "the kernels for a GPU as text"),
          clEnumValN(EmitKind::Cubin, "cubin",
                     "the kernels for a GPU as machine code")),
      cl::init(EmitKind::SharedLibrary), cl::cat(category)};
  cl::opt<std::string> target{
      "target", cl::init("cpu"), cl::value_desc("T"), cl::cat(category),
      cl::desc("What runs the program: cpu (default), or an architecture of "
               "NVIDIA GPUs (sm_80, sm_90a ...)")};
  cl::opt<std::string> targetCpu{
      "target-cpu", cl::init("native"), cl::value_desc("CPU"),
      cl::desc("CPU to compile for: native (default), x86-64-v3, "
               "znver4, sapphirerapids, or any that LLVM knows"),
      cl::cat(category)};
  cl::opt<std::string> targetFeatures{
      "target-features", cl::value_desc("+A,-B"),
      cl::desc("Extensions to add to or take from the CPU's"),
      cl::cat(category)};
  cl::opt<WeightsPlacement> weightsPlacement{
      "weights", cl::desc("Where weights go (default: embed up to 1 GiB)"),
      cl::values(
          clEnumValN(WeightsPlacement::Embed, "embed", "into the library"),
          clEnumValN(WeightsPlacement::File, "file",
                     "into FILE.weights beside it, memory-mapped when the "
                     "library is opened")),
      cl::init(WeightsPlacement::Automatic), cl::cat(category)};
  cl::opt<Threading> threading{
      "threading", cl::desc("How loops run in parallel (default: omp)"),
      cl::values(
          clEnumValN(Threading::OpenMP, "omp", "OpenMP threads (libomp)"),
          clEnumValN(Threading::None, "none",
                     "on the calling thread, without libomp")),
      cl::init(Threading::OpenMP), cl::cat(category)};
  cl::opt<std::string> prefix{
      "prefix", cl::value_desc("P"),
      cl::desc("Name all functions P_...; without it entries keep their "
               "names and the others begin with the module's or file's "
               "name"),
      cl::cat(category)};
  cl::opt<bool> profile{
      "profile",
      cl::desc("Let the library time its layers and steps, on CPUs (sparse-run "
               "--profile prints them)"),
      cl::cat(category)};
  SparsifyFlags sparsify{category};
  cl::opt<bool> timing{"timing",
                       cl::desc("Print the time of each phase to stderr"),
                       cl::cat(category)};
};
} // namespace

static constexpr llvm::StringLiteral kOverview =
    "Compile a model to a library with a C interface\n\n"
    "  sparse-compile model.mlirbc -o model.so\n"
    "  sparse-compile model.mlirbc -o model.so --pattern=2:4\n"
    "  sparse-compile model.mlirbc -o model.h --emit=header\n\n"
    "Public functions become entries. Errors leave an existing FILE untouched "
    "and end with status 1.\n";

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::ParseCommandLineOptions(argc, argv, kOverview);

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  sparseopt::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  ToolDiagnostics diagnostics(context, "sparse-compile");

  Progress progress("sparse-compile");
  mlir::OwningOpRef<mlir::ModuleOp> module =
      loadModule(options.inputPath, context, options.sparsify.getWeightsFile());
  if (!module)
    return 1;
  ModelOptions model;
  options.sparsify.applyTo(model);
  model.summary = &llvm::errs();
  CompileOptions &compile = model.compile;
  compile.emit = options.emitKind;
  compile.cpu = {options.targetCpu, options.targetFeatures};
  if (options.target != "cpu") {
    compile.gpu = options.target;
    // The host's part computes sizes only.
    if (!options.targetCpu.getNumOccurrences())
      compile.cpu.name = "x86-64";
  }
  compile.weights = options.weightsPlacement;
  compile.openmp = options.threading == Threading::OpenMP;
  compile.prefix = options.prefix;
  compile.profile = options.profile;
  compile.timing = options.timing ? &llvm::errs() : nullptr;
  compile.progress = [&](llvm::StringRef phase) { progress.start(phase); };
  return mlir::failed(compileModel(*module, model, options.outputPath));
}
