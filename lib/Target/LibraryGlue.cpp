//===- LibraryGlue.cpp - Functions every library exports --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Built in LLVM IR, since weights are measured after translation.
//
//===----------------------------------------------------------------------===//

#include "LibraryGlue.h"

#include "sparse-opt/Runtime/LibraryInfo.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace sparseopt {

SmallVector<std::string> getExportedNames(const LibraryDescription &library) {
  SmallVector<std::string> names;
  for (const EntryDescription &entry : library.entries)
    for (StringRef suffix : {"", "_sizes", "_packed", "_packed_sizes"})
      names.push_back(entry.symbol + suffix.str());
  for (StringRef prefix : {StringRef(library.name), StringRef("sparseopt")})
    for (StringRef suffix : {"_open", "_close", "_description"})
      names.push_back((prefix + suffix).str());
  return names;
}

namespace {

class GlueBuilder {
public:
  GlueBuilder(Module &module, const LibraryDescription &library,
              const LibraryTables &tables)
      : module(module), library(library), tables(tables),
        context(module.getContext()), builder(context),
        ptr(PointerType::get(context, 0)), i64(Type::getInt64Ty(context)) {}

  void run();

private:
  Constant *createString(StringRef text);
  Constant *createNumber(uint64_t value);
  Constant *createGlobal(Constant *value, const Twine &name);
  Constant *createProfileNames();
  Constant *createGpuInfo();
  GlobalVariable *createInfo();
  void addFunctions(StringRef prefix, GlobalVariable *info, bool weak);
  Function *addFunction(const Twine &name, Type *result, ArrayRef<Type *> args,
                        bool weak);

  Module &module;
  const LibraryDescription &library;
  const LibraryTables &tables;
  LLVMContext &context;
  IRBuilder<> builder;
  PointerType *ptr;
  Type *i64;
};

Constant *GlueBuilder::createString(StringRef text) {
  Constant *bytes = ConstantDataArray::getString(context, text);
  auto *global = new GlobalVariable(module, bytes->getType(), true,
                                    GlobalValue::PrivateLinkage, bytes,
                                    library.name + ".string");
  global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return global;
}

Constant *GlueBuilder::createProfileNames() {
  if (tables.profileNames.empty())
    return ConstantPointerNull::get(ptr);
  SmallVector<Constant *> names;
  for (const std::string &name : tables.profileNames)
    names.push_back(createString(name));
  auto *type = ArrayType::get(ptr, names.size());
  return new GlobalVariable(module, type, true, GlobalValue::PrivateLinkage,
                            ConstantArray::get(type, names),
                            library.name + ".profile_names");
}

Constant *GlueBuilder::createNumber(uint64_t value) {
  return ConstantInt::get(i64, value);
}

Constant *GlueBuilder::createGlobal(Constant *value, const Twine &name) {
  return new GlobalVariable(module, value->getType(), true,
                            GlobalValue::PrivateLinkage, value,
                            library.name + name);
}

/// The constant of type `sparseopt_rt_gpu_info`, or null.
Constant *GlueBuilder::createGpuInfo() {
  const GpuTables &gpu = tables.gpu;
  if (gpu.target.empty())
    return ConstantPointerNull::get(ptr);
  SmallVector<Constant *> images, kernels;
  for (const std::vector<char> &image : gpu.images) {
    auto *blob = cast<GlobalVariable>(createGlobal(
        ConstantDataArray::getRaw(StringRef(image.data(), image.size()),
                                  image.size(), Type::getInt8Ty(context)),
        ".image"));
    blob->setAlignment(Align(64));
    images.push_back(blob);
  }
  for (const GpuKernelRow &kernel : gpu.kernels)
    kernels.push_back(ConstantStruct::getAnon(
        context, {createString(kernel.name), createNumber(kernel.image),
                  createNumber(kernel.sharedBytes)}));
  auto createArray = [&](ArrayRef<Constant *> values,
                         const Twine &name) -> Constant * {
    if (values.empty())
      return ConstantPointerNull::get(ptr);
    auto *type = ArrayType::get(values.front()->getType(), values.size());
    return createGlobal(ConstantArray::get(type, values), name);
  };
  Constant *members[] = {
      createString(gpu.target), createArray(images, ".images"),
      createNumber(images.size()), createArray(kernels, ".kernels"),
      createNumber(kernels.size())};
  return createGlobal(ConstantStruct::getAnon(context, members), ".gpu");
}

/// The constant of type `sparseopt_rt_info`: all members are eight bytes.
GlobalVariable *GlueBuilder::createInfo() {
  auto number = [&](uint64_t value) { return createNumber(value); };
  Constant *null = ConstantPointerNull::get(ptr);
  Constant *weights = null;
  if (!tables.weightsSymbol.empty()) {
    auto *blob = new GlobalVariable(module, Type::getInt8Ty(context), true,
                                    GlobalValue::ExternalLinkage, nullptr,
                                    tables.weightsSymbol);
    blob->setVisibility(GlobalValue::HiddenVisibility);
    weights = blob;
  }
  Constant *members[] = {
      number(SPARSEOPT_ABI_VERSION),
      createString(library.name),
      createString(llvm::formatv("{0}", library.toJSON()).str()),
      createString(tables.features),
      weights,
      number(tables.weightsSize),
      number(tables.weightsHash),
      tables.weightsFile.empty() ? null : createString(tables.weightsFile),
      createProfileNames(),
      number(tables.profileNames.size()),
      createGpuInfo()};
  auto *value = ConstantStruct::getAnon(context, members);
  return new GlobalVariable(module, value->getType(), true,
                            GlobalValue::InternalLinkage, value,
                            library.name + ".info");
}

Function *GlueBuilder::addFunction(const Twine &name, Type *result,
                                   ArrayRef<Type *> args, bool weak) {
  auto *function = Function::Create(FunctionType::get(result, args, false),
                                    weak ? GlobalValue::WeakAnyLinkage
                                         : GlobalValue::ExternalLinkage,
                                    name, module);
  function->addFnAttr(Attribute::NoUnwind);
  builder.SetInsertPoint(BasicBlock::Create(context, "", function));
  return function;
}

void GlueBuilder::addFunctions(StringRef prefix, GlobalVariable *info,
                               bool weak) {
  FunctionCallee open = module.getOrInsertFunction(
      tables.gpu.target.empty() ? "sparseopt_rt_open" : "sparseopt_rt_open_gpu",
      ptr, ptr, ptr);
  FunctionCallee close = module.getOrInsertFunction(
      "sparseopt_rt_close", Type::getVoidTy(context), ptr);
  Function *function = addFunction(prefix + "_open", ptr, {ptr}, weak);
  builder.CreateRet(builder.CreateCall(open, {info, function->getArg(0)}));
  function =
      addFunction(prefix + "_close", Type::getVoidTy(context), {ptr}, weak);
  builder.CreateCall(close, {function->getArg(0)});
  builder.CreateRetVoid();
  addFunction(prefix + "_description", ptr, {}, weak);
  constexpr unsigned kDescription = 2;
  builder.CreateRet(info->getInitializer()->getAggregateElement(kDescription));
}

void GlueBuilder::run() {
  GlobalVariable *info = createInfo();
  addFunctions(library.name, info, /*weak=*/false);
  if (library.name != "sparseopt")
    addFunctions("sparseopt", info, /*weak=*/true);
}

} // namespace

void addLibraryGlue(Module &module, const LibraryDescription &library,
                    const LibraryTables &tables) {
  GlueBuilder(module, library, tables).run();
}

} // namespace sparseopt
