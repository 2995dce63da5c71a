//===- ExternalizeWeights.cpp - Constants go into one blob ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A weight that went through LLVM IR would cost seconds and gigabytes. Here it
// becomes a row in a module attribute and a view of the weights argument.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "EntryFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"

#include "llvm/Support/MathExtras.h"

namespace sparseopt {
#define GEN_PASS_DEF_EXTERNALIZEWEIGHTSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

/// Bytes of a static memref in memory; i1 takes a byte.
int64_t getNumBytes(MemRefType type) {
  unsigned bits =
      type.getElementType().isIndex() ? 64 : type.getElementTypeBitWidth();
  return type.getNumElements() * llvm::divideCeil(bits, 8);
}

/// The name a person knows a constant by: its resource key, else its symbol.
StringRef getWeightName(memref::GlobalOp global, ElementsAttr value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return resource.getRawHandle().getKey();
  return global.getSymName();
}

struct ExternalizeWeights
    : public sparseopt::impl::ExternalizeWeightsPassBase<ExternalizeWeights> {
  using ExternalizeWeightsPassBase::ExternalizeWeightsPassBase;

protected:
  void runOnOperation() override;

private:
  LogicalResult placeGlobals();
  LogicalResult rewriteUses();

  /// Global -> offset in the blob.
  llvm::DenseMap<StringAttr, int64_t> offsets;
};

LogicalResult ExternalizeWeights::placeGlobals() {
  ModuleOp module = getOperation();
  Builder builder(module.getContext());
  llvm::DenseMap<Attribute, int64_t> offsetOfValue;
  SmallVector<Attribute> rows;
  int64_t end = 0;
  if (auto existing =
          module->getAttrOfType<ArrayAttr>(sparseopt::kWeightsAttr)) {
    module.emitError("weights were moved out of this module before; run the "
                     "pass once per module");
    return failure();
  }
  for (auto global : module.getOps<memref::GlobalOp>()) {
    auto value = dyn_cast_or_null<ElementsAttr>(
        global.getInitialValue().value_or(Attribute()));
    if (!value || !global.getConstant() ||
        getNumBytes(global.getType()) < threshold)
      continue;
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
      if (!resource.getRawHandle().getBlob())
        return global.emitError()
               << "weight '" << resource.getRawHandle().getKey()
               << "' has no data: the resource is named but not in the module";
    auto [it, isNew] = offsetOfValue.try_emplace(value, end);
    if (isNew) {
      rows.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr(
               "name", builder.getStringAttr(getWeightName(global, value))),
           builder.getNamedAttr("offset", builder.getI64IntegerAttr(end)),
           builder.getNamedAttr("value", value)}));
      end = llvm::alignTo(end + getNumBytes(global.getType()),
                          sparseopt::kBufferAlignment);
    }
    offsets[global.getSymNameAttr()] = it->second;
  }
  if (!rows.empty())
    module->setAttr(sparseopt::kWeightsAttr, builder.getArrayAttr(rows));
  return success();
}

LogicalResult ExternalizeWeights::rewriteUses() {
  auto result = getOperation().walk([&](memref::GetGlobalOp get) {
    auto it = offsets.find(get.getNameAttr().getAttr());
    if (it == offsets.end())
      return WalkResult::advance();
    auto func = get->getParentOfType<func::FuncOp>();
    if (!func || !func.isPublic()) {
      get.emitOpError(
          "uses a weight in a helper function; weights reach helper "
          "functions as arguments");
      return WalkResult::interrupt();
    }
    OpBuilder builder(func.getContext());
    std::optional<unsigned> index =
        sparseopt::findArgument(func, sparseopt::kWeightsRole);
    Value blob = index ? func.getArgument(*index)
                       : sparseopt::appendArgument(
                             func,
                             MemRefType::get({ShapedType::kDynamic},
                                             builder.getIntegerType(8)),
                             sparseopt::kWeightsRole, func.getLoc());
    builder.setInsertionPoint(get);
    Value offset =
        arith::ConstantIndexOp::create(builder, get.getLoc(), it->second);
    Value view = memref::ViewOp::create(builder, get.getLoc(), get.getType(),
                                        blob, offset, ValueRange());
    get.replaceAllUsesWith(view);
    get.erase();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void ExternalizeWeights::runOnOperation() {
  offsets.clear();
  if (failed(placeGlobals()) || failed(rewriteUses()))
    return signalPassFailure();
  for (auto global :
       llvm::make_early_inc_range(getOperation().getOps<memref::GlobalOp>()))
    if (offsets.contains(global.getSymNameAttr()))
      global.erase();
}

} // namespace
