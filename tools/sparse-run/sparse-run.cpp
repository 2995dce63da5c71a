//===- sparse-run.cpp - Run an entry of a model -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a model to a temporary library, by the same code as sparse-compile,
// and calls one entry on arrays from files.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/InitAll.h"
#include "sparse-opt/Target/CompileModel.h"
#include "sparse-opt/Target/LoadModule.h"
#include "sparse-opt/Target/Progress.h"
#include "sparse-opt/Target/ToolDiagnostics.h"

#include "Library.h"
#include "Npy.h"
#include "Runner.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"

#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

namespace cl = llvm::cl;
using namespace sparseopt;

namespace {
/// Created in main, after LLVM's own options were removed: some of them have
/// the same names.
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<std::string> inputModule{
      cl::Positional, cl::Required, cl::value_desc("MODULE"),
      cl::desc("<model.mlir, model.mlirbc or compiled library.so>"),
      cl::cat(category)};
  cl::opt<std::string> entryName{
      "entry", cl::value_desc("F"),
      cl::desc("Function to call (default: the only one)"), cl::cat(category)};
  cl::list<std::string> inputPaths{
      "input", cl::value_desc("X.npy"),
      cl::desc("Input array; once per input, in order"), cl::cat(category)};
  cl::list<std::string> outputPaths{
      "output", cl::value_desc("Y.npy"),
      cl::desc("Where results go, in order; without it they are "
               "summarised on stdout"),
      cl::cat(category)};
  cl::opt<std::string> weightsPath{
      "weights", cl::value_desc("FILE"),
      cl::desc("Weights file of a compiled library"), cl::cat(category)};
  cl::opt<unsigned> benchmarkCount{
      "benchmark", cl::value_desc("N"), cl::init(0),
      cl::desc("Call N times and print median, minimum, spread"),
      cl::cat(category)};
  cl::opt<int> numThreads{"threads", cl::value_desc("N"), cl::init(0),
                          cl::desc("Number of threads (default: all)"),
                          cl::cat(category)};
  cl::opt<std::string> targetCpu{
      "target-cpu", cl::init("native"), cl::value_desc("CPU"),
      cl::desc("CPU to compile for (default: native)"), cl::cat(category)};
  cl::opt<bool> profile{"profile",
                        cl::desc("Print the time of each layer and step"),
                        cl::cat(category)};
  SparsifyFlags sparsify{category};
};
} // namespace

static constexpr llvm::StringLiteral kOverview =
    "Run an entry of a model on arrays\n\n"
    "  sparse-run model.mlirbc --input=ids.npy --input=mask.npy "
    "--output=y.npy\n"
    "  sparse-run model.mlirbc --input=ids.npy --input=mask.npy "
    "--benchmark=20 --threads=1\n";

static int fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "sparse-run")
      << llvm::toString(std::move(error)) << "\n";
  return 1;
}

/// Compiles the module to `path`; diagnostics are printed on failure.
static mlir::LogicalResult compileTo(const Options &options,
                                     llvm::StringRef path) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  sparseopt::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  ToolDiagnostics diagnostics(context, "sparse-run");
  Progress progress("sparse-run");
  mlir::OwningOpRef<mlir::ModuleOp> module =
      loadModule(options.inputModule, context);
  if (!module)
    return mlir::failure();
  ModelOptions model;
  options.sparsify.applyTo(model);
  model.sparsify.threads = std::max<int>(options.numThreads, 1);
  model.compile.cpu = {options.targetCpu, ""};
  model.compile.openmp = options.numThreads != 1;
  model.compile.name = "model";
  model.compile.profile = options.profile;
  model.compile.progress = [&](llvm::StringRef phase) {
    progress.start(phase);
  };
  return compileModel(*module, model, path);
}

template <typename T>
static void printValues(llvm::StringRef data, llvm::raw_ostream &os) {
  constexpr size_t kShown = 8;
  size_t count = data.size() / sizeof(T);
  for (size_t i = 0; i != std::min(count, kShown); ++i) {
    T value;
    memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    if constexpr (std::is_floating_point_v<T>)
      os << llvm::format(" %.6g", double(value));
    else
      os << " " << int64_t(value);
  }
  if (count > kShown)
    os << " ...";
}

static void printArray(const PortInfo &port, llvm::ArrayRef<int64_t> shape,
                       llvm::StringRef data) {
  llvm::raw_ostream &os = llvm::outs();
  os << port.name << ": " << describeArray(port.dtype, shape) << ":";
  if (port.dtype == "float32")
    printValues<float>(data, os);
  else if (port.dtype == "float64")
    printValues<double>(data, os);
  else if (port.dtype == "int64")
    printValues<int64_t>(data, os);
  else if (port.dtype == "int32")
    printValues<int32_t>(data, os);
  else if (port.dtype == "int16")
    printValues<int16_t>(data, os);
  else if (port.dtype == "int8")
    printValues<int8_t>(data, os);
  else if (port.dtype == "bool")
    printValues<uint8_t>(data, os);
  else
    os << " (no text form)";
  os << "\n";
}

/// The steps of a program with their share of the time, in program order.
static llvm::Error printProfile(const Library &library) {
  std::vector<StepTime> steps = library.getProfile();
  if (steps.empty())
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "the library has no times: compile it with --profile");
  uint64_t total = 0;
  for (const StepTime &step : steps)
    total += step.nanoseconds;
  llvm::outs() << "    ms/call      %  calls  step\n";
  for (const StepTime &step : steps)
    llvm::outs() << llvm::format(
        "%11.4f  %5.1f  %5llu  %s\n",
        step.calls ? 1e-6 * step.nanoseconds / step.calls : 0.0,
        total ? 100.0 * step.nanoseconds / total : 0.0,
        (unsigned long long)step.calls, step.name.c_str());
  llvm::outs() << llvm::format("%11.4f  100.0         all steps\n",
                               1e-6 * total);
  return llvm::Error::success();
}

static llvm::Error writeResults(const Options &options, const EntryInfo &entry,
                                const Runner &runner) {
  for (auto [i, port] : llvm::enumerate(entry.outputs)) {
    if (i < options.outputPaths.size()) {
      if (llvm::Error error = writeNpy(options.outputPaths[i], port.dtype,
                                       runner.getShape(i), runner.getData(i)))
        return error;
    } else if (options.outputPaths.empty()) {
      printArray(port, runner.getShape(i), runner.getData(i));
    }
  }
  return llvm::Error::success();
}

static llvm::Error runEntry(const Options &options, const Library &library) {
  llvm::Expected<const EntryInfo *> entry =
      library.findEntry(options.entryName);
  if (!entry)
    return entry.takeError();
  if (options.outputPaths.size() > (*entry)->outputs.size())
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "entry '" + (*entry)->name + "' has " +
            llvm::Twine((*entry)->outputs.size()) + " results, " +
            llvm::Twine(options.outputPaths.size()) + " outputs are given");
  std::vector<NpyArray> inputs;
  for (const std::string &path : options.inputPaths) {
    llvm::Expected<NpyArray> array = readNpy(path);
    if (!array)
      return array.takeError();
    inputs.push_back(std::move(*array));
  }
  auto runner = Runner::create(library, **entry, inputs);
  if (!runner)
    return runner.takeError();
  if (options.benchmarkCount) {
    llvm::Expected<Timing> timing =
        (*runner)->benchmark(options.benchmarkCount);
    if (!timing)
      return timing.takeError();
    llvm::outs() << llvm::format(
        "%s: median %.3f ms, minimum %.3f ms, maximum %.3f ms (%u runs)\n",
        (*entry)->name.c_str(), timing->median * 1e3, timing->minimum * 1e3,
        timing->maximum * 1e3, unsigned(options.benchmarkCount));
    if (options.profile)
      if (llvm::Error error = printProfile(library))
        return error;
    if (options.outputPaths.empty())
      return llvm::Error::success();
  } else if (llvm::Error error = (*runner)->run()) {
    return error;
  } else if (options.profile) {
    if (llvm::Error profileError = printProfile(library))
      return profileError;
  }
  return writeResults(options, **entry, **runner);
}

/// Path of the library to run: the given one, or a temporary one, whose folder
/// is stored in `folder`.
static llvm::Expected<std::string> getLibrary(const Options &options,
                                              llvm::SmallString<128> &folder) {
  llvm::file_magic magic;
  if (!llvm::identify_magic(options.inputModule, magic) &&
      magic == llvm::file_magic::elf_shared_object)
    return options.inputModule;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("sparse-run", folder))
    return llvm::createStringError(error, "cannot create a temporary folder");
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, "model.so");
  if (mlir::failed(compileTo(options, path)))
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "the model could not be compiled");
  return path.str().str();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  llvm::SmallString<128> folder;
  llvm::Expected<std::string> path = getLibrary(options, folder);
  llvm::Error error = path ? llvm::Error::success() : path.takeError();
  if (!error) {
    auto library = Library::open(*path, options.weightsPath);
    if (!library) {
      error = library.takeError();
    } else {
      if (options.numThreads > 0)
        (*library)->setNumThreads(options.numThreads);
      error = runEntry(options, **library);
    }
  }
  if (!folder.empty())
    llvm::sys::fs::remove_directories(folder);
  return error ? fail(std::move(error)) : 0;
}
