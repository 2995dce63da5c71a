//===- CompileLibrary.cpp - From a module to a library ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts the phases together, times them, and takes care of files.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/CompileLibrary.h"

#include "sparse-opt/Pipelines/Fuse.h"
#include "sparse-opt/Pipelines/LowerToGPU.h"
#include "sparse-opt/Pipelines/LowerToLLVM.h"
#include "sparse-opt/Target/GpuBackend.h"
#include "sparse-opt/Target/LibraryDescription.h"
#include "sparse-opt/Transforms/Lower/CNames.h"
#include "sparse-opt/Transforms/Lower/EntryAttributes.h"

#include "LibraryGlue.h"
#include "Linker.h"
#include "OutputFiles.h"
#include "RuntimeObjects.h"
#include "Weights.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <chrono>

using namespace mlir;

namespace sparseopt {
namespace {

/// Runs phases, tells their names and keeps their times.
class Phases {
public:
  explicit Phases(const CompileOptions &options) : options(options) {}
  ~Phases() { print(); }

  template <typename Fn>
  LogicalResult run(StringRef name, Fn &&phase) {
    if (options.progress)
      options.progress(name);
    auto start = std::chrono::steady_clock::now();
    LogicalResult result = phase();
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    times.push_back({name.str(), elapsed.count()});
    return result;
  }

private:
  void print() {
    if (!options.timing)
      return;
    double total = 0;
    for (auto &[name, seconds] : times) {
      *options.timing << llvm::format("%9.3f s  ", seconds) << name << "\n";
      total += seconds;
    }
    *options.timing << llvm::format("%9.3f s  ", total) << "total\n";
  }

  const CompileOptions &options;
  SmallVector<std::pair<std::string, double>> times;
};

class LibraryCompiler {
public:
  LibraryCompiler(ModuleOp module, const CompileOptions &options,
                  StringRef output)
      : module(module), loc(module.getLoc()), options(options), output(output),
        phases(options) {}

  LogicalResult run();

private:
  void chooseName();
  LogicalResult lower();
  void addPasses(PassManager &pm, const LowerOptions &lowerOptions,
                 const FuseOptions &fuseOptions);
  void addGpuPasses(PassManager &pm, const LowerOptions &lowerOptions);
  LogicalResult compileKernels();
  LogicalResult writeKernels();
  LogicalResult readWeights();
  LogicalResult generateCode();
  LogicalResult writeWeights();
  LogicalResult link();
  LogicalResult emitHeader();

  std::string getWeightsSymbol() const { return name + ".weights"; }

  ModuleOp module;
  Location loc;
  const CompileOptions &options;
  std::string output;
  Phases phases;

  std::string name;
  LibraryDescription library;
  Weights weights;
  SmallVector<std::string> profileNames;
  /// Code for the GPU, if there is one, and its text.
  GpuTables gpu;
  SmallVector<std::string> ptx;
  bool embed = true;
  OutputFiles files;
  SmallVector<std::string> objects;
};

/// The library's name: prefix, option, module's symbol, or file.
void LibraryCompiler::chooseName() {
  name = options.prefix.empty() ? options.name : options.prefix;
  if (name.empty() && module.getSymName())
    name = module.getSymName()->str();
  if (name.empty()) {
    StringRef file = llvm::sys::path::filename(output);
    file = file.take_until([](char c) { return c == '.'; });
    file.consume_front("lib");
    name = file.empty() ? "sparseopt" : file.str();
  }
  name = makeCIdentifier(name);
}

void LibraryCompiler::addPasses(PassManager &pm,
                                const LowerOptions &lowerOptions,
                                const FuseOptions &fuseOptions) {
  if (options.tensorPasses)
    options.tensorPasses(pm);
  buildFusePipeline(pm, fuseOptions);
  buildBufferizePipeline(pm, lowerOptions);
  if (options.bufferPasses)
    options.bufferPasses(pm);
  buildVectorizePipeline(pm, fuseOptions);
  buildPlanBuffersPipeline(pm, lowerOptions);
  if (options.emit != EmitKind::Header)
    buildConvertToLLVMPipeline(pm, lowerOptions);
}

void LibraryCompiler::addGpuPasses(PassManager &pm,
                                   const LowerOptions &lowerOptions) {
  if (options.tensorPasses)
    options.tensorPasses(pm);
  buildGPUFusePipeline(pm);
  buildBufferizePipeline(pm, lowerOptions);
  if (options.bufferPasses)
    options.bufferPasses(pm);
  buildGPUKernelsPipeline(pm);
  buildPlanBuffersPipeline(pm, lowerOptions);
  if (options.emit == EmitKind::Header)
    return;
  buildConvertGPUPipeline(pm, lowerOptions);
  buildConvertToLLVMPipeline(pm, lowerOptions);
}

/// Moves all kernels into the first module of kernels, under names of their own, so
/// that they are one file of PTX or machine code.
static void mergeKernels(ModuleOp module) {
  gpu::GPUModuleOp target;
  for (auto kernels :
       llvm::make_early_inc_range(module.getOps<gpu::GPUModuleOp>())) {
    if (!target) {
      target = kernels;
      continue;
    }
    SymbolTable symbols(target), own(kernels);
    for (auto symbol : kernels.getOps<SymbolOpInterface>())
      if (symbols.lookup(symbol.getName()))
        (void)own.renameToUnique(symbol, {&symbols});
    for (Operation &op : llvm::make_early_inc_range(*kernels.getBody())) {
      op.remove();
      if (isa<SymbolOpInterface>(op))
        symbols.insert(&op);
      else
        target.getBody()->push_back(&op);
    }
    kernels.erase();
  }
}

/// Machine code of all kernels, and their numbers; the module keeps the host's
/// part.
LogicalResult LibraryCompiler::compileKernels() {
  if (options.emit == EmitKind::Ptx || options.emit == EmitKind::Cubin)
    mergeKernels(module);
  llvm::StringMap<unsigned> imageOf;
  gpu.target = options.gpu;
  for (auto kernels :
       llvm::make_early_inc_range(module.getOps<gpu::GPUModuleOp>())) {
    FailureOr<std::string> text = emitPtx(kernels, options.gpu);
    if (failed(text))
      return failure();
    FailureOr<std::vector<char>> cubin =
        assemblePtx(*text, options.gpu, kernels.getLoc());
    if (failed(cubin))
      return failure();
    imageOf[kernels.getName()] = unsigned(gpu.images.size());
    gpu.images.push_back(std::move(*cubin));
    ptx.push_back(std::move(*text));
    kernels.erase();
  }
  if (auto rows = module->getAttrOfType<ArrayAttr>(kKernelsAttr))
    for (auto row : rows.getAsRange<DictionaryAttr>()) {
      auto kernel = row.getAs<SymbolRefAttr>("kernel");
      uint64_t bytes = row.getAs<IntegerAttr>("shared_bytes").getInt();
      gpu.kernels.push_back({kernel.getLeafReference().str(),
                             imageOf.lookup(kernel.getRootReference()), bytes});
    }
  module->removeAttr(kKernelsAttr);
  module->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  return success();
}

/// The output is the code of the one GPU module.
LogicalResult LibraryCompiler::writeKernels() {
  if (gpu.images.empty())
    return emitError(loc) << "the module has no kernels";
  return files.writeOutput(output, loc, [&](raw_ostream &os) {
    if (options.emit == EmitKind::Ptx)
      os << ptx.front();
    else
      os.write(gpu.images.front().data(), gpu.images.front().size());
  });
}

LogicalResult LibraryCompiler::lower() {
  if (options.gpu.empty() &&
      (options.emit == EmitKind::Ptx || options.emit == EmitKind::Cubin))
    return emitError(loc)
           << "PTX and cubin are code for a GPU: choose one with "
              "--target, for example sm_90a";
  if (!options.gpu.empty() && failed(checkGpuTarget(options.gpu, loc)))
    return failure();
  LowerOptions lowerOptions;
  lowerOptions.gpu = !options.gpu.empty();
  lowerOptions.openmp = options.openmp && options.gpu.empty();
  lowerOptions.profile = options.profile;
  lowerOptions.prefix = options.prefix;
  lowerOptions.libraryName = name;
  FailureOr<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(options.cpu, loc);
  if (failed(machine))
    return failure();
  FuseOptions fuseOptions;
  fuseOptions.threads = options.openmp;
  fuseOptions.setTarget(getCheckedFeatures(**machine));
  PassManager pm(module.getContext());
  if (options.gpu.empty())
    addPasses(pm, lowerOptions, fuseOptions);
  else
    addGpuPasses(pm, lowerOptions);
  if (failed(pm.run(module)))
    return failure();
  FailureOr<LibraryDescription> read = LibraryDescription::read(module, name);
  if (failed(read))
    return failure();
  library = std::move(*read);
  if (!options.gpu.empty())
    library.target = options.gpu;
  return success();
}

LogicalResult LibraryCompiler::readWeights() {
  FailureOr<Weights> read = Weights::read(module);
  if (failed(read))
    return failure();
  weights = std::move(*read);
  bool fits = weights.getSize() <= kMaxEmbeddedWeights;
  embed = options.weights == WeightsPlacement::Embed ||
          (options.weights == WeightsPlacement::Automatic && fits);
  if (embed && !fits)
    return emitError(loc) << "the model has " << weights.getSize()
                          << " bytes of weights; at most "
                          << kMaxEmbeddedWeights
                          << " can be embedded: use --weights=file";
  if (auto names = module->getAttrOfType<ArrayAttr>(kProfileAttr))
    for (auto name : names.getAsRange<StringAttr>())
      profileNames.push_back(name.str());
  module->removeAttr(kProfileAttr);
  module->removeAttr(kEntriesAttr);
  return success();
}

LogicalResult LibraryCompiler::generateCode() {
  FailureOr<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(options.cpu, loc);
  if (failed(machine))
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule;
  if (failed(phases.run("translate to LLVM IR", [&] {
        // The weights' values stay alive in `weights`.
        module->removeAttr(kWeightsAttr);
        llvmModule = translateToLLVM(module, context, **machine,
                                     getExportedNames(library));
        return success(llvmModule != nullptr);
      })))
    return failure();

  LibraryTables tables;
  tables.features = getCheckedFeatures(**machine);
  tables.weightsSize = weights.getSize();
  tables.weightsHash = weights.getHash();
  tables.profileNames = profileNames;
  tables.gpu = gpu;
  if (embed && weights.getSize())
    tables.weightsSymbol = getWeightsSymbol();
  if (!embed)
    tables.weightsFile = (llvm::sys::path::filename(output) + ".weights").str();
  addLibraryGlue(*llvmModule, library, tables);

  if (failed(phases.run("optimize", [&] {
        optimize(*llvmModule, **machine);
        return success();
      })))
    return failure();
  return phases.run("generate machine code", [&]() -> LogicalResult {
    SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream os(bytes);
    if (failed(emitObject(*llvmModule, **machine, os, loc)))
      return failure();
    return files.writeTemporary("code.o", objects, loc, [&](raw_ostream &file) {
      file.write(bytes.data(), bytes.size());
    });
  });
}

LogicalResult LibraryCompiler::writeWeights() {
  if (weights.getSize() == 0)
    return success();
  if (!embed)
    return files.writeOutput(output + ".weights", loc,
                             [&](raw_ostream &os) { weights.writeFile(os); });
  return files.writeTemporary("weights.o", objects, loc, [&](raw_ostream &os) {
    weights.writeObject(getWeightsSymbol(), os);
  });
}

LogicalResult LibraryCompiler::link() {
  for (const RuntimeObject &object : getRuntimeObjects())
    if (failed(
            files.writeTemporary(object.name, objects, loc,
                                 [&](raw_ostream &os) { os << object.bytes; })))
      return failure();
  FailureOr<std::string> target = files.createOutput(output, loc);
  if (failed(target))
    return failure();
  if (options.emit == EmitKind::Object)
    return linkRelocatable(objects, *target, loc);
  LinkOptions linkOptions;
  linkOptions.soname = llvm::sys::path::filename(output).str();
  linkOptions.openmp = options.openmp && options.gpu.empty();
  return linkShared(objects, *target, linkOptions, loc);
}

LogicalResult LibraryCompiler::emitHeader() {
  return files.writeOutput(output, loc,
                           [&](raw_ostream &os) { writeHeader(library, os); });
}

LogicalResult LibraryCompiler::run() {
  chooseName();
  if (failed(phases.run("lower", [&] { return lower(); })))
    return failure();
  if (options.emit == EmitKind::Header) {
    if (failed(emitHeader()))
      return failure();
    return files.commit(loc);
  }
  if (!options.gpu.empty() &&
      failed(phases.run("compile kernels", [&] { return compileKernels(); })))
    return failure();
  if (options.emit == EmitKind::Ptx || options.emit == EmitKind::Cubin) {
    if (failed(writeKernels()))
      return failure();
    return files.commit(loc);
  }
  if (failed(phases.run("check weights", [&] { return readWeights(); })) ||
      failed(generateCode()) ||
      failed(phases.run("write weights", [&] { return writeWeights(); })) ||
      failed(phases.run("link", [&] { return link(); })))
    return failure();
  return files.commit(loc);
}

} // namespace

LogicalResult compileLibrary(ModuleOp module, const CompileOptions &options,
                             StringRef output) {
  return LibraryCompiler(module, options, output).run();
}

} // namespace sparseopt
