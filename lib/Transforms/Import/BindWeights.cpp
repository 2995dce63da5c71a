//===- BindWeights.cpp - Weights from a checkpoint file ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-bind-weights: gives data to weights whose values lie in a
// safetensors file.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Import/Passes.h"

#include "sparse-opt/Checkpoint/Safetensors.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"
#include "sparse-opt/Transforms/Import/BindWeights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace sparseopt;

namespace sparseopt {
#define GEN_PASS_DEF_BINDWEIGHTSPASS
#include "sparse-opt/Transforms/Import/Passes.h.inc"
} // namespace sparseopt

namespace {

/// Binds the weights of one module to the tensors of one file.
class Binder {
public:
  Binder(ModuleOp module, std::shared_ptr<SafetensorsFile> file, StringRef path)
      : module(module), file(std::move(file)), path(path) {}

  LogicalResult bind();

private:
  LogicalResult bindArguments(func::FuncOp function);
  LogicalResult bindResource(Operation *op, DenseResourceElementsAttr value);
  FailureOr<AsmResourceBlob> getBlob(Operation *op, StringRef name,
                                     ShapedType type);

  ModuleOp module;
  std::shared_ptr<SafetensorsFile> file;
  StringRef path;
  llvm::StringMap<DenseResourceElementsAttr> bound;
};

} // namespace

FailureOr<AsmResourceBlob> Binder::getBlob(Operation *op, StringRef name,
                                           ShapedType type) {
  const SafetensorsEntry *entry = file->lookup(name);
  if (!entry)
    return op->emitError() << "weight '" << name << "' is not in '" << path
                           << "'";
  if (entry->dtype != sparsity::getSafetensorsDType(type.getElementType()))
    return op->emitError() << "weight '" << name << "' has elements of type "
                           << type.getElementType() << ", but '" << path
                           << "' holds " << entry->dtype;
  if (type.getShape() != ArrayRef<int64_t>(entry->shape))
    return op->emitError() << "weight '" << name << "' has shape "
                           << type.getShape() << ", but '" << path << "' holds "
                           << ArrayRef<int64_t>(entry->shape);
  // The blob keeps the mapping alive; it is as aligned as it lies in the file.
  auto address = reinterpret_cast<uintptr_t>(entry->bytes.data());
  size_t alignment = std::min<uint64_t>(64, llvm::MinAlign(address, 64));
  return UnmanagedAsmResourceBlob::allocateWithAlign(
      entry->bytes, alignment, [keep = file](void *, size_t, size_t) {});
}

LogicalResult Binder::bindResource(Operation *op,
                                   DenseResourceElementsAttr value) {
  DenseResourceElementsHandle handle = value.getRawHandle();
  if (handle.getBlob())
    return success();
  FailureOr<AsmResourceBlob> blob =
      getBlob(op, handle.getKey(), value.getType());
  if (failed(blob))
    return failure();
  handle.getResource()->setBlob(std::move(*blob));
  return success();
}

/// Marked arguments become `sparsity.weight`s in the function.
LogicalResult Binder::bindArguments(func::FuncOp function) {
  StringRef marker = sparsity::SparsityDialect::getWeightArgAttrName();
  llvm::BitVector erased(function.getNumArguments());
  for (unsigned index = 0; index < function.getNumArguments(); ++index) {
    auto name = function.getArgAttrOfType<StringAttr>(index, marker);
    if (!name)
      continue;
    auto type =
        dyn_cast<RankedTensorType>(function.getArgument(index).getType());
    if (!type || !type.hasStaticShape())
      return function.emitError()
             << "argument #" << index << ", weight '" << name.getValue()
             << "', is not a tensor of static shape";
    DenseResourceElementsAttr &value = bound[name.getValue()];
    if (!value) {
      FailureOr<AsmResourceBlob> blob =
          getBlob(function, name.getValue(), type);
      if (failed(blob))
        return failure();
      value = DenseResourceElementsAttr::get(type, name.getValue(),
                                             std::move(*blob));
    }
    OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
    Value weight = sparsity::WeightOp::create(
        builder, function.getArgument(index).getLoc(), name.getValue(), value);
    function.getArgument(index).replaceAllUsesWith(weight);
    erased.set(index);
  }
  if (erased.none())
    return success();
  auto uses = SymbolTable::getSymbolUses(function, module);
  if (uses && !uses->empty())
    return function.emitError()
           << "has weights as arguments and is called; only entries may have";
  return function.eraseArguments(erased);
}

LogicalResult Binder::bind() {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal() && failed(bindArguments(function)))
      return failure();
  WalkResult result = module.walk([&](Operation *op) {
    LogicalResult status = success();
    auto visit = [&](DenseResourceElementsAttr value) {
      if (succeeded(status))
        status = bindResource(op, value);
    };
    for (NamedAttribute attr : op->getAttrs())
      attr.getValue().walk(visit);
    return failed(status) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult sparseopt::bindWeights(ModuleOp module, StringRef path) {
  llvm::Expected<std::shared_ptr<SafetensorsFile>> file =
      SafetensorsFile::open(path);
  if (!file)
    return module.emitError() << llvm::toString(file.takeError());
  return Binder(module, *file, path).bind();
}

namespace {

class BindWeights : public sparseopt::impl::BindWeightsPassBase<BindWeights> {
public:
  using BindWeightsPassBase::BindWeightsPassBase;

protected:
  void runOnOperation() override {
    if (failed(sparseopt::bindWeights(getOperation(), file)))
      signalPassFailure();
  }
};

} // namespace
