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
#include "sparse-opt/Pipelines/LowerToLLVM.h"
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

LogicalResult LibraryCompiler::lower() {
  LowerOptions lowerOptions;
  lowerOptions.openmp = options.openmp;
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
  if (failed(pm.run(module)))
    return failure();
  FailureOr<LibraryDescription> read = LibraryDescription::read(module, name);
  if (failed(read))
    return failure();
  library = std::move(*read);
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
  linkOptions.openmp = options.openmp;
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
