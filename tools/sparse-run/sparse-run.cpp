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
#include "sparse-opt/Transforms/Calibrate/Passes.h"
#include "sparse-opt/Transforms/Import/Passes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "Calibrate.h"
#include "Compare.h"
#include "Library.h"
#include "Npy.h"
#include "Runner.h"
#include "Values.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/xxhash.h"

namespace cl = llvm::cl;
using namespace sparseopt;

enum class Comparison { None, Dense };

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
  cl::opt<std::string> target{
      "target", cl::init("cpu"), cl::value_desc("T"), cl::cat(category),
      cl::desc("What runs the program: cpu (default), or an architecture of "
               "NVIDIA GPUs (sm_80, sm_90a ...)")};
  cl::opt<std::string> targetCpu{
      "target-cpu", cl::init("native"), cl::value_desc("CPU"),
      cl::desc("CPU to compile for (default: native)"), cl::cat(category)};
  cl::opt<Comparison> comparison{
      "compare",
      cl::desc("Also compile it otherwise, run both in turn, and print times "
               "per layer, speed-up and error"),
      cl::values(clEnumValN(Comparison::Dense, "dense",
                            "dense kernels on the same (pruned) weights")),
      cl::init(Comparison::None), cl::cat(category)};
  cl::opt<bool> profile{"profile",
                        cl::desc("Print the time of each layer and step"),
                        cl::cat(category)};
  SparsifyFlags sparsify{category};

  cl::OptionCategory calibration{"Calibration"};
  cl::opt<bool> calibrate{
      "calibrate", cl::cat(calibration),
      cl::desc("Run the model on samples and write statistics of the inputs of "
               "its layers: those that --recipe needs statistics for, or that "
               "--targets and --ignore choose")};
  cl::list<std::string> samplePaths{
      "inputs", cl::value_desc("X.npy|FOLDER"), cl::CommaSeparated,
      cl::desc("Samples for each input, in order: an array with a leading "
               "sample dim, or a folder of them"),
      cl::cat(calibration)};
  cl::opt<std::string> maskInput{
      "mask-input", cl::value_desc("NAME"),
      cl::desc("Name or number of the input that is zero for padding, which "
               "does not count"),
      cl::cat(calibration)};
  cl::opt<std::string> maskFile{
      "mask", cl::value_desc("X.npy"),
      cl::desc(
          "The same from a file, [samples, tokens..], for a model that has "
          "no such input"),
      cl::cat(calibration)};
  cl::opt<int64_t> batch{
      "batch", cl::value_desc("N"), cl::init(0),
      cl::desc("Samples per call of a model with a dynamic batch size"),
      cl::cat(calibration)};
  cl::opt<bool> gram{"gram",
                     cl::desc("Collect the Gram matrix of every activation"),
                     cl::cat(calibration)};
  cl::opt<double> saveEvery{
      "save-every", cl::value_desc("SECONDS"), cl::init(60),
      cl::desc("Save the state of the calibration, from which an interrupted "
               "run goes on (default: 60)"),
      cl::cat(calibration)};
  cl::opt<std::string> statistics{
      "stats", cl::value_desc("FILE"),
      cl::desc("Statistics file (safetensors) to write"), cl::cat(calibration)};
};
} // namespace

static constexpr llvm::StringLiteral kOverview =
    "Run an entry of a model on arrays\n\n"
    "  sparse-run model.mlirbc --input=ids.npy --input=mask.npy "
    "--output=y.npy\n"
    "  sparse-run model.mlirbc --input=ids.npy --input=mask.npy "
    "--benchmark=20 --threads=1\n"
    "  sparse-run model.mlirbc --pattern=2:4 --compare=dense --input=ids.npy "
    "--input=mask.npy\n"
    "  sparse-run model.mlirbc --calibrate --inputs=ids.npy,mask.npy "
    "--mask-input=1 --stats=stats.safetensors\n";

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static int fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "sparse-run")
      << llvm::toString(std::move(error)) << "\n";
  return 1;
}

/// Adds observers for the weights that the options choose, and tells what they
/// will show.
static mlir::LogicalResult instrument(mlir::ModuleOp module,
                                      const Options &options,
                                      ModelOptions &model,
                                      std::vector<Observation> &observations) {
  InstrumentPassOptions instrumentation;
  instrumentation.gram = options.gram;
  llvm::append_range(instrumentation.targets, model.sparsify.targets);
  llvm::append_range(instrumentation.ignore, model.sparsify.ignore);
  mlir::PassManager pm(module.getContext());
  pm.addPass(createCheckDimsPass());
  pm.addPass(createNormalizePass());
  if (!model.sparsify.recipe.empty()) {
    ApplyRecipePassOptions recipe;
    recipe.recipe = model.sparsify.recipe;
    pm.addPass(createApplyRecipePass(recipe));
  }
  pm.addPass(createInstrumentPass(instrumentation));
  if (mlir::failed(pm.run(module)))
    return mlir::failure();
  // What runs is the model as it is.
  model.sparsify.recipe.clear();
  model.sparsify.targets.clear();
  model.sparsify.ignore.clear();
  mlir::FailureOr<std::vector<Observation>> numbered =
      numberObservations(module);
  if (mlir::failed(numbered))
    return mlir::failure();
  observations = std::move(*numbered);
  return mlir::success();
}

/// Compiles the module to `path`, with the chosen kernels or dense ones for the
/// same weights, or instrumented if `observations` is given; diagnostics are
/// printed on failure.
static mlir::LogicalResult
compileTo(const Options &options, llvm::StringRef path, bool dense,
          std::vector<Observation> *observations = nullptr) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  sparseopt::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  ToolDiagnostics diagnostics(context, "sparse-run");
  Progress progress("sparse-run");
  mlir::OwningOpRef<mlir::ModuleOp> module = loadModule(
      options.inputModule, context, options.sparsify.getWeightsFile());
  if (!module)
    return mlir::failure();
  ModelOptions model;
  options.sparsify.applyTo(model);
  model.sparsify.threads = std::max<int>(options.numThreads, 1);
  model.compile.cpu = {options.targetCpu, ""};
  model.compile.openmp = options.numThreads != 1;
  if (options.target != "cpu")
    model.compile.gpu = options.target;
  model.compile.name = "model";
  model.compile.profile =
      options.profile ||
      (options.comparison == Comparison::Dense && options.target == "cpu");
  if (dense) {
    model.sparsify.family = "cpu.dense";
    model.sparsify.strict = false;
    model.report.clear();
  }
  model.compile.progress = [&](llvm::StringRef phase) {
    progress.start(phase);
  };
  if (observations &&
      mlir::failed(instrument(*module, options, model, *observations)))
    return mlir::failure();
  return compileModel(*module, model, path);
}

static llvm::Error writeResults(const Options &options, const EntryInfo &entry,
                                const Runner &runner) {
  for (auto [i, port] : llvm::enumerate(entry.outputs)) {
    if (i < options.outputPaths.size()) {
      if (llvm::Error error = writeNpy(options.outputPaths[i], port.dtype,
                                       runner.getShape(i), runner.getData(i)))
        return error;
    } else if (options.outputPaths.empty()) {
      printArray(port, runner.getShape(i), runner.getData(i), llvm::outs());
    }
  }
  return llvm::Error::success();
}

/// A library, opened, with the chosen entry bound to the inputs.
struct Session {
  std::unique_ptr<Library> library;
  const EntryInfo *entry = nullptr;
  std::unique_ptr<Runner> runner;
};

static llvm::Expected<Session>
openSession(const Options &options, const std::string &path,
            const std::vector<NpyArray> &inputs) {
  Session session;
  auto library = Library::open(path, options.weightsPath);
  if (!library)
    return library.takeError();
  session.library = std::move(*library);
  if (options.numThreads > 0)
    session.library->setNumThreads(options.numThreads);
  llvm::Expected<const EntryInfo *> entry =
      session.library->findEntry(options.entryName);
  if (!entry)
    return entry.takeError();
  session.entry = *entry;
  if (options.outputPaths.size() > session.entry->outputs.size())
    return makeError("entry '" + session.entry->name + "' has " +
                     llvm::Twine(session.entry->outputs.size()) + " results, " +
                     llvm::Twine(options.outputPaths.size()) +
                     " outputs are given");
  auto runner = Runner::create(*session.library, *session.entry, inputs);
  if (!runner)
    return runner.takeError();
  session.runner = std::move(*runner);
  return std::move(session);
}

/// Calls the entry, once or often, and prints or writes what is asked for.
static llvm::Error runSession(const Options &options, Session &session) {
  if (options.benchmarkCount) {
    llvm::Expected<Timing> timing =
        session.runner->benchmark(options.benchmarkCount);
    if (!timing)
      return timing.takeError();
    llvm::outs() << llvm::format(
        "%s: median %.3f ms, minimum %.3f ms, maximum %.3f ms (%u runs)\n",
        session.entry->name.c_str(), timing->median * 1e3,
        timing->minimum * 1e3, timing->maximum * 1e3,
        unsigned(options.benchmarkCount));
  } else if (llvm::Error error = session.runner->run()) {
    return error;
  }
  if (options.profile)
    if (llvm::Error error = printProfile(*session.library, llvm::outs()))
      return error;
  if (options.benchmarkCount && options.outputPaths.empty())
    return llvm::Error::success();
  return writeResults(options, *session.entry, *session.runner);
}

static llvm::Expected<std::string> compileIn(const Options &options,
                                             llvm::StringRef folder,
                                             llvm::StringRef name, bool dense) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  if (mlir::failed(compileTo(options, path, dense)))
    return makeError("the model could not be compiled");
  return path.str().str();
}

static llvm::Error compareWithDense(const Options &options,
                                    llvm::StringRef folder,
                                    const std::vector<NpyArray> &inputs) {
  llvm::Expected<std::string> sparsePath =
      compileIn(options, folder, "sparse.so", /*dense=*/false);
  if (!sparsePath)
    return sparsePath.takeError();
  llvm::Expected<std::string> densePath =
      compileIn(options, folder, "dense.so", /*dense=*/true);
  if (!densePath)
    return densePath.takeError();
  llvm::Expected<Session> sparse = openSession(options, *sparsePath, inputs);
  if (!sparse)
    return sparse.takeError();
  llvm::Expected<Session> dense = openSession(options, *densePath, inputs);
  if (!dense)
    return dense.takeError();
  constexpr unsigned kDefaultCount = 10;
  unsigned count =
      options.benchmarkCount ? unsigned(options.benchmarkCount) : kDefaultCount;
  if (llvm::Error error =
          compare({*sparse->library, *sparse->entry, *sparse->runner},
                  {*dense->library, *dense->entry, *dense->runner}, count,
                  llvm::outs()))
    return error;
  if (options.outputPaths.empty())
    return llvm::Error::success();
  return writeResults(options, *sparse->entry, *sparse->runner);
}

static bool isCompiledLibrary(llvm::StringRef path) {
  llvm::file_magic magic;
  return !llvm::identify_magic(path, magic) &&
         magic == llvm::file_magic::elf_shared_object;
}

static llvm::Expected<uint64_t> hashFile(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return makeError("'" + path +
                     "' cannot be read: " + file.getError().message());
  return llvm::xxh3_64bits((*file)->getBuffer());
}

/// A number that changes with what is calibrated.
static llvm::Expected<uint64_t> hashModel(const Options &options) {
  llvm::Expected<uint64_t> module = hashFile(options.inputModule);
  std::string weightsFile = options.sparsify.getWeightsFile();
  if (!module || weightsFile.empty())
    return module;
  llvm::Expected<uint64_t> weights = hashFile(weightsFile);
  if (!weights)
    return weights.takeError();
  uint64_t both[] = {*module, *weights};
  return llvm::xxh3_64bits(
      llvm::ArrayRef(reinterpret_cast<const uint8_t *>(both), sizeof(both)));
}

static llvm::Error checkCalibrationOptions(const Options &options) {
  if (options.statistics.empty())
    return makeError("--calibrate needs --stats=FILE, where the statistics go");
  if (options.sparsify.hasPattern())
    return makeError("--calibrate takes requests from --recipe; without one, "
                     "choose layers with --targets and --gram");
  if (isCompiledLibrary(options.inputModule))
    return makeError("--calibrate needs the model, not a library compiled from "
                     "it");
  return llvm::Error::success();
}

static llvm::Error runCalibration(const Options &options,
                                  llvm::StringRef folder) {
  if (llvm::Error error = checkCalibrationOptions(options))
    return error;
  llvm::Expected<uint64_t> hash = hashModel(options);
  if (!hash)
    return hash.takeError();
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, "model.so");
  std::vector<Observation> observations;
  if (mlir::failed(compileTo(options, path, /*dense=*/true, &observations)))
    return makeError("the model could not be compiled");
  auto library = Library::open(path.str().str(), "");
  if (!library)
    return library.takeError();
  if (options.numThreads > 0)
    (*library)->setNumThreads(options.numThreads);
  auto entry = (*library)->findEntry(options.entryName);
  if (!entry)
    return entry.takeError();
  auto samples =
      Samples::open(**entry,
                    std::vector<std::string>(options.samplePaths.begin(),
                                             options.samplePaths.end()),
                    options.batch);
  if (!samples)
    return samples.takeError();
  CalibrationOptions calibration;
  calibration.statistics = options.statistics;
  calibration.maskInput = options.maskInput;
  calibration.maskFile = options.maskFile;
  calibration.numThreads = options.numThreads;
  calibration.saveEvery = options.saveEvery;
  calibration.modelHash = *hash;
  return calibrate(**library, **entry, *samples, observations, calibration);
}

/// Does all that the command line asks for; temporary files go to `folder`.
static llvm::Error run(const Options &options, llvm::StringRef folder) {
  if (options.calibrate)
    return runCalibration(options, folder);
  bool compiled = isCompiledLibrary(options.inputModule);
  if (compiled && options.comparison == Comparison::Dense)
    return makeError("--compare=dense needs the model, not a library compiled "
                     "from it");
  std::vector<NpyArray> inputs;
  for (const std::string &path : options.inputPaths) {
    llvm::Expected<NpyArray> array = readNpy(path);
    if (!array)
      return array.takeError();
    inputs.push_back(std::move(*array));
  }
  if (options.comparison == Comparison::Dense)
    return compareWithDense(options, folder, inputs);
  llvm::Expected<std::string> path =
      compiled ? llvm::Expected<std::string>(options.inputModule)
               : compileIn(options, folder, "model.so", /*dense=*/false);
  if (!path)
    return path.takeError();
  llvm::Expected<Session> session = openSession(options, *path, inputs);
  if (!session)
    return session.takeError();
  return runSession(options, *session);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  removeForeignOptions(argv[0]);
  Options options;
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  llvm::SmallString<128> folder;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("sparse-run", folder))
    return fail(
        makeError("cannot create a temporary folder: " + error.message()));
  llvm::Error error = run(options, folder);
  if (std::error_code left = llvm::sys::fs::remove_directories(folder))
    llvm::errs() << "sparse-run: cannot remove '" << folder
                 << "': " << left.message() << "\n";
  return error ? fail(std::move(error)) : 0;
}
