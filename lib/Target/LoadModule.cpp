//===- LoadModule.cpp - Reading a model from a file -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parser accepts resources that are missing, bytecode writers even write
// them; here is where a model without its weights is noticed.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/LoadModule.h"

#include "sparse-opt/Transforms/Import/BindWeights.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace sparseopt {

static LogicalResult checkResource(Operation *op,
                                   DenseResourceElementsAttr value) {
  StringRef key = value.getRawHandle().getKey();
  AsmResourceBlob *blob = value.getRawHandle().getBlob();
  if (!blob)
    return op->emitError("weight '")
           << key << "' has no data: the resource is named but not in the file";
  Type type = value.getElementType();
  if (!type.isIntOrIndexOrFloat())
    return success();
  unsigned bits = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  uint64_t needed =
      uint64_t(value.getNumElements()) * llvm::divideCeil(bits, 8);
  if (blob->getData().size() != needed && bits >= 8)
    return op->emitError("weight '")
           << key << "' has " << blob->getData().size() << " bytes of data, "
           << value.getType() << " needs " << needed;
  return success();
}

LogicalResult checkResources(ModuleOp module) {
  bool valid = true;
  llvm::DenseSet<Attribute> checked;
  module.walk([&](Operation *op) {
    for (NamedAttribute attr : op->getAttrs())
      attr.getValue().walk([&](DenseResourceElementsAttr value) {
        if (checked.insert(value).second)
          valid &= succeeded(checkResource(op, value));
      });
    // Inherent attributes of most operations are properties.
    if (Attribute properties = op->getPropertiesAsAttribute())
      properties.walk([&](DenseResourceElementsAttr value) {
        if (checked.insert(value).second)
          valid &= succeeded(checkResource(op, value));
      });
  });
  return success(valid);
}

OwningOpRef<ModuleOp> loadModule(StringRef path, MLIRContext &context,
                                 StringRef weightsFile) {
  std::string error;
  // Data in bytecode is used in place and has to be aligned like the file says.
  auto buffer = openInputFile(path, llvm::Align(64), &error);
  if (!buffer) {
    emitError(UnknownLoc::get(&context)) << error;
    return nullptr;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (module && !weightsFile.empty() &&
      failed(bindWeights(*module, weightsFile)))
    return nullptr;
  if (!module || failed(checkResources(*module)))
    return nullptr;
  return module;
}

} // namespace sparseopt
