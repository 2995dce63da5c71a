//===- LlvmBackend.cpp - LLVM dialect to machine code -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Embeds LLVM's optimizer and code generator.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/LlvmBackend.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace mlir;

namespace sparseopt {

static constexpr llvm::StringLiteral kTriple = "x86_64-unknown-linux-gnu";

static void initializeTarget() {
  static const bool once = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    return true;
  }();
  (void)once;
}

/// Replaces "native" by the host's name and features.
static TargetCpu resolve(const TargetCpu &cpu) {
  if (cpu.name != "native")
    return cpu;
  TargetCpu host;
  host.name = llvm::sys::getHostCPUName().str();
  llvm::SubtargetFeatures features;
  for (auto &feature : llvm::sys::getHostCPUFeatures())
    features.AddFeature(feature.first(), feature.second);
  host.features = features.getString();
  if (!cpu.features.empty())
    host.features += "," + cpu.features;
  return host;
}

FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetCpu &requested, Location loc) {
  initializeTarget();
  std::string error;
  llvm::Triple triple(kTriple);
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return emitError(loc) << error;
  TargetCpu cpu = resolve(requested);
  std::unique_ptr<llvm::MCSubtargetInfo> known(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!known->isCPUStringValid(cpu.name))
    return emitError(loc) << "unknown target CPU '" << cpu.name
                          << "' (names are LLVM's: native, x86-64-v3, znver4, "
                             "sapphirerapids ...)";
  llvm::StringSet<> names;
  for (const llvm::SubtargetFeatureKV &feature :
       known->getAllProcessorFeatures())
    names.insert(feature.Key);
  for (StringRef feature : llvm::split(requested.features, ','))
    if (!feature.empty() && !names.contains(feature.ltrim("+-")))
      return emitError(loc) << "unknown target feature '" << feature << "'";

  llvm::TargetOptions options;
  // One rounding instead of two in a product and sum; no other liberty.
  options.AllowFPOpFusion = llvm::FPOpFusion::Fast;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, cpu.name, cpu.features, options, llvm::Reloc::PIC_,
      llvm::CodeModel::Small, llvm::CodeGenOptLevel::Aggressive));
}

std::string getCheckedFeatures(const llvm::TargetMachine &machine) {
  static constexpr llvm::StringLiteral kChecked[] = {
#define CPU_FEATURE(name, leaf, subleaf, reg, bit, state) name,
#include "sparse-opt/Runtime/CpuFeatures.def"
  };
  const llvm::MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  llvm::StringSet<> enabled;
  for (const llvm::SubtargetFeatureKV &feature :
       subtarget.getEnabledProcessorFeatures())
    enabled.insert(feature.Key);
  SmallVector<StringRef> checked;
  for (StringRef name : kChecked)
    if (enabled.contains(name))
      checked.push_back(name);
  return llvm::join(checked, ",");
}

static void setFunctionAttributes(llvm::Module &module,
                                  const llvm::TargetMachine &machine) {
  bool has512 =
      llvm::StringRef(getCheckedFeatures(machine)).contains("avx512f");
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    // A kernel made for a certain CPU keeps its attributes.
    if (!function.hasFnAttribute("target-cpu"))
      function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!function.hasFnAttribute("target-features"))
      function.addFnAttr("target-features", machine.getTargetFeatureString());
    if (has512 && !function.hasFnAttribute("prefer-vector-width"))
      function.addFnAttr("prefer-vector-width", "512");
    function.addFnAttr(llvm::Attribute::NoUnwind);
  }
}

/// Constants without elements: the translation would read their first one.
static void clearEmptyGlobals(ModuleOp module) {
  module.walk([](LLVM::GlobalOp global) {
    auto value = dyn_cast_or_null<ElementsAttr>(global.getValueOrNull());
    if (value && value.getNumElements() == 0)
      global.setValueAttr(LLVM::ZeroAttr::get(global.getContext()));
  });
}

std::unique_ptr<llvm::Module> translateToLLVM(ModuleOp module,
                                              llvm::LLVMContext &context,
                                              llvm::TargetMachine &machine,
                                              ArrayRef<std::string> exported) {
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerOpenMPDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  clearEmptyGlobals(module);
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "sparse-opt");
  if (!llvmModule)
    return nullptr;
  llvmModule->setTargetTriple(llvm::Triple(kTriple));
  llvmModule->setDataLayout(machine.createDataLayout());
  llvm::StringSet<> keep;
  for (const std::string &name : exported)
    keep.insert(name);
  for (llvm::Function &function : *llvmModule)
    if (!function.isDeclaration() && !keep.contains(function.getName()))
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  for (llvm::GlobalVariable &global : llvmModule->globals())
    if (!global.isDeclaration() && !keep.contains(global.getName()))
      global.setLinkage(llvm::GlobalValue::InternalLinkage);
  setFunctionAttributes(*llvmModule, machine);
  return llvmModule;
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::PipelineTuningOptions tuning;
  tuning.SLPVectorization = false;
  tuning.LoopUnrolling = false;
  tuning.LoopInterleaving = false;
  tuning.LoopVectorization = true;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

LogicalResult emitObject(llvm::Module &module, llvm::TargetMachine &machine,
                         llvm::raw_pwrite_stream &os, Location loc) {
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, os, nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return emitError(loc) << "LLVM cannot write object files for "
                          << machine.getTargetTriple().str();
  passes.run(module);
  return success();
}

} // namespace sparseopt
