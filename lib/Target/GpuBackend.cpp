//===- GpuBackend.cpp - GPU modules to PTX ----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Embeds LLVM's code generator for NVIDIA GPUs. Loops are not unrolled here:
// kernels that want it are written so.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/GpuBackend.h"

#include "sparse-opt/Target/LlvmBackend.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;

namespace sparseopt {

static constexpr llvm::StringLiteral kTriple = "nvptx64-nvidia-cuda";
/// PTX 8.6 has all instructions up to sm_90a and the first Blackwell chips.
static constexpr llvm::StringLiteral kFeatures = "+ptx86";

static const llvm::Target *getTarget(std::string &error) {
  static const bool once = [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    return true;
  }();
  (void)once;
  return llvm::TargetRegistry::lookupTarget(llvm::Triple(kTriple), error);
}

bool isGpuTarget(StringRef target) { return target.starts_with("sm_"); }

LogicalResult checkGpuTarget(StringRef target, Location loc) {
  std::string error;
  const llvm::Target *nvptx = getTarget(error);
  if (!nvptx)
    return emitError(loc) << error;
  std::unique_ptr<llvm::MCSubtargetInfo> known(
      nvptx->createMCSubtargetInfo(llvm::Triple(kTriple), "", ""));
  if (!isGpuTarget(target) || !known->isCPUStringValid(target))
    return emitError(loc) << "unknown target '" << target
                          << "' (cpu, or an architecture of NVIDIA GPUs: "
                             "sm_80, sm_89, sm_90a ...)";
  return success();
}

/// Functions that would reach LLVM's code generator, which ends the process
/// over them.
static LogicalResult checkFunctions(gpu::GPUModuleOp module) {
  static const llvm::StringSet<> kMissing = {
      "exp",   "exp2", "exp10", "log",  "log2", "log10", "pow",
      "powi",  "sin",  "cos",   "tan",  "asin", "acos",  "atan",
      "atan2", "sinh", "cosh",  "tanh", "round"};
  WalkResult result = module.walk([&](Operation *op) {
    StringRef name = op->getName().getStringRef();
    if (!name.consume_front("llvm.intr.") || !kMissing.contains(name))
      return WalkResult::advance();
    op->emitError() << "the function '" << name << "' of type "
                    << op->getResult(0).getType()
                    << " is not available on a GPU";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

static std::unique_ptr<llvm::Module> translate(gpu::GPUModuleOp module,
                                               llvm::LLVMContext &context) {
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  OwningOpRef<ModuleOp> copy = ModuleOp::create(module.getLoc());
  copy->getBodyRegion().takeBody(module.getBodyRegion());
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(*copy, context, module.getName());
  module.getBodyRegion().takeBody(copy->getBodyRegion());
  return result;
}

FailureOr<std::string> emitPtx(gpu::GPUModuleOp module, StringRef target) {
  Location loc = module.getLoc();
  if (failed(checkGpuTarget(target, loc)) || failed(checkFunctions(module)))
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule = translate(module, context);
  if (!llvmModule)
    return failure();
  std::string error;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Fast;
  std::unique_ptr<llvm::TargetMachine> machine(
      getTarget(error)->createTargetMachine(
          llvm::Triple(kTriple), target, kFeatures, options, llvm::Reloc::PIC_,
          llvm::CodeModel::Small, llvm::CodeGenOptLevel::Aggressive));
  llvmModule->setTargetTriple(llvm::Triple(kTriple));
  llvmModule->setDataLayout(machine->createDataLayout());
  optimize(*llvmModule, *machine);
  llvm::SmallString<0> ptx;
  llvm::raw_svector_ostream os(ptx);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, os, nullptr,
                                   llvm::CodeGenFileType::AssemblyFile))
    return emitError(loc) << "LLVM cannot write PTX for " << target;
  passes.run(*llvmModule);
  return ptx.str().str();
}

} // namespace sparseopt
