//===- KernelJIT.cpp - Compile a kernel and run it --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR lowering, LLVM's pipeline without unrolling and vectorisation, and a
// just-in-time linker.
//
//===----------------------------------------------------------------------===//

#include "KernelJIT.h"

#include "sparse-opt/Kernels/Registry.h"

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::kerneltest;

KernelJIT::KernelJIT() = default;
KernelJIT::~KernelJIT() = default;

void kerneltest::loadKernelDialects(MLIRContext &context) {
  DialectRegistry registry;
  registerKernelDialects(registry);
  registry.insert<memref::MemRefDialect, omp::OpenMPDialect>();
  registerAllToLLVMIRTranslations(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

/// Lowers to the LLVM dialect in place.
static LogicalResult lowerToLLVM(ModuleOp module) {
  RewritePatternSet patterns(module.getContext());
  populateMathPolynomialApproximationPatterns(
      patterns, [](llvm::StringRef) { return true; });
  if (failed(applyPatternsGreedily(module, std::move(patterns))))
    return failure();
  PassManager pm(module.getContext());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createConvertSCFToOpenMPPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createBalanceThreadsPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  return pm.run(module);
}

static void optimize(llvm::Module &module, llvm::TargetMachine &target) {
  llvm::PipelineTuningOptions options;
  options.SLPVectorization = options.LoopVectorization = false;
  options.LoopInterleaving = options.LoopUnrolling = false;
  llvm::PassBuilder builder(&target, options);
  llvm::LoopAnalysisManager lam;
  llvm::FunctionAnalysisManager fam;
  llvm::CGSCCAnalysisManager cgam;
  llvm::ModuleAnalysisManager mam;
  builder.registerModuleAnalyses(mam);
  builder.registerCGSCCAnalyses(cgam);
  builder.registerFunctionAnalyses(fam);
  builder.registerLoopAnalyses(lam);
  builder.crossRegisterProxies(lam, fam, cgam, mam);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, mam);
}

static std::string printAssembly(llvm::Module &module,
                                 llvm::TargetMachine &target) {
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream os(text);
  llvm::legacy::PassManager pm;
  if (target.addPassesToEmitFile(pm, os, nullptr,
                                 llvm::CodeGenFileType::AssemblyFile))
    return "";
  pm.run(*copy);
  return text.str().str();
}

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static llvm::Expected<llvm::orc::JITTargetMachineBuilder>
getTargetBuilder(llvm::StringRef cpu) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  if (cpu != "host") {
    builder->setCPU(cpu.str());
    builder->getFeatures() = llvm::SubtargetFeatures();
  }
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  return builder;
}

llvm::Expected<std::unique_ptr<KernelJIT>>
KernelJIT::create(const KernelFamily &family, const KernelSpec &spec,
                  MLIRContext *context, llvm::StringRef cpu,
                  bool keepAssembly) {
  Location loc = UnknownLoc::get(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder(module->getBodyRegion());
  if (failed(family.emit(spec, "kernel", loc, builder)))
    return makeError("emit failed");
  if (failed(mlir::verify(*module)))
    return makeError("emitted IR does not verify");
  if (failed(lowerToLLVM(*module)))
    return makeError("lowering failed");

  auto llvmContext = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(*module, *llvmContext);
  if (!llvmModule)
    return makeError("translation failed");
  auto targetBuilder = getTargetBuilder(cpu);
  if (!targetBuilder)
    return targetBuilder.takeError();
  auto target = targetBuilder->createTargetMachine();
  if (!target)
    return target.takeError();
  llvmModule->setDataLayout((*target)->createDataLayout());
  llvmModule->setTargetTriple((*target)->getTargetTriple());
  optimize(*llvmModule, **target);

  std::unique_ptr<KernelJIT> result(new KernelJIT());
  if (keepAssembly)
    result->assembly = printAssembly(*llvmModule, **target);
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(*targetBuilder)
                 .create();
  if (!jit)
    return jit.takeError();
  result->jit = std::move(*jit);
  if (llvm::Error error = result->jit->addIRModule(llvm::orc::ThreadSafeModule(
          std::move(llvmModule), std::move(llvmContext))))
    return std::move(error);
  auto symbol = result->jit->lookup("kernel");
  if (!symbol)
    return symbol.takeError();
  result->address = symbol->toPtr<void *>();
  return result;
}

template <size_t>
using Extra = const void *;

/// Generated code has no description of its type, which a sanitizer would read.
template <size_t... I>
__attribute__((no_sanitize("function"))) static void
call(void *address, const void *x, const void *w,
     llvm::ArrayRef<const void *> extras, void *y, int64_t tokens,
     void *scratch, std::index_sequence<I...>) {
  using Function = void (*)(const void *, const void *, Extra<I>..., void *,
                            int64_t, void *);
  reinterpret_cast<Function>(address)(x, w, extras[I]..., y, tokens, scratch);
}

void KernelJIT::run(const void *x, const void *w,
                    llvm::ArrayRef<const void *> extras, void *y,
                    int64_t tokens, void *scratch) const {
  switch (extras.size()) {
  case 0:
    return call(address, x, w, extras, y, tokens, scratch,
                std::make_index_sequence<0>());
  case 1:
    return call(address, x, w, extras, y, tokens, scratch,
                std::make_index_sequence<1>());
  case 2:
    return call(address, x, w, extras, y, tokens, scratch,
                std::make_index_sequence<2>());
  case 4:
    return call(address, x, w, extras, y, tokens, scratch,
                std::make_index_sequence<4>());
  default:
    llvm_unreachable("unsupported number of extras");
  }
}
