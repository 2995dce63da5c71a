//===- PackedGlobals.cpp - Packed weights as globals ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks the bytes of packed constants and makes globals of them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/PackedToCPU/PackedGlobals.h"

#include "sparse-opt/Kernels/Registry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace sparseopt;

/// Checks that the bytes of a constant are those of its layout: a kernel trusts
/// the sizes and positions in them.
static LogicalResult verifyBytes(packed::ConstantOp constant,
                                 const Layout &layout) {
  packed::WeightType type = constant.getResult().getType();
  ElementsAttr value = constant.getValue();
  std::vector<char> copy;
  ArrayRef<char> bytes;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return constant.emitOpError("has no data for its resource");
    bytes = blob->getData();
  } else if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    bytes = dense.getRawData();
    if (dense.isSplat()) {
      copy.assign(dense.getNumElements(), bytes.front());
      bytes = copy;
    }
  } else {
    return constant.emitOpError("holds bytes in an unknown form");
  }
  return layout.verifyPacked(bytes, type.getParams(), type.getShape()[0],
                             type.getShape()[1], type.getElementType(),
                             [&] { return constant.emitOpError(); });
}

FailureOr<Value> PackedGlobals::getPointer(packed::ConstantOp constant,
                                           ImplicitLocOpBuilder &builder) {
  ElementsAttr value = constant.getValue();
  auto type = MemRefType::get(value.getShapedType().getShape(),
                              value.getShapedType().getElementType());
  memref::GlobalOp &global = globals[value];
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    const Layout *layout =
        KernelRegistry::get(module.getContext())
            .lookupLayout(constant.getResult().getType().getLayout());
    if (!layout)
      return constant.emitOpError("unknown layout '")
             << constant.getResult().getType().getLayout() << "'";
    if (failed(verifyBytes(constant, *layout)))
      return failure();
    int64_t alignment = layout->getAlignment();
    std::string name =
        ("packed_" + constant.getName().value_or("weight")).str();
    global = memref::GlobalOp::create(
        builder, name, builder.getStringAttr("private"), type, value,
        /*constant=*/true, builder.getI64IntegerAttr(alignment));
    symbols.insert(global);
  }
  Value memref =
      memref::GetGlobalOp::create(builder, type, global.getSymName());
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, memref);
  Value integer =
      arith::IndexCastOp::create(builder, builder.getI64Type(), address);
  return Value(LLVM::IntToPtrOp::create(
      builder, LLVM::LLVMPointerType::get(module.getContext()), integer));
}
