//===- KernelOperands.cpp - Operands of kernel calls ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns the operands of a packed layer into bare pointers.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/PackedToCPU/KernelOperands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace sparseopt;

/// Alignment in bytes of buffers that are allocated for a call.
static constexpr int64_t bufferAlignment = 64;

static bool isContiguous(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (failed(type.getStridesAndOffset(strides, offset)))
    return false;
  if (type.getLayout().isIdentity())
    return true;
  int64_t expected = 1;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    if (type.getDimSize(dim) != 1 && strides[dim] != expected)
      return false;
    if (ShapedType::isDynamic(type.getDimSize(dim)) && dim != 0)
      return false;
    expected *= type.getDimSize(dim);
  }
  return true;
}

/// Whether the type says that the offset is a multiple of `alignment` bytes.
static bool isAligned(MemRefType type, int64_t alignment) {
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (alignment == 1 || failed(type.getStridesAndOffset(strides, offset)))
    return alignment == 1;
  return !ShapedType::isDynamic(offset) &&
         offset * type.getElementTypeBitWidth() % (8 * alignment) == 0;
}

static Value getDim(ImplicitLocOpBuilder &builder, Value value, int64_t dim) {
  if (isa<RankedTensorType>(value.getType()))
    return tensor::DimOp::create(builder, value, dim);
  return memref::DimOp::create(builder, value, dim);
}

Value KernelOperands::allocate(MemRefType type, ValueRange sizes) {
  Value buffer = memref::AllocOp::create(
      builder, type, sizes, builder.getI64IntegerAttr(bufferAlignment));
  owned.push_back(buffer);
  return buffer;
}

Value KernelOperands::allocateLike(Value value, Type elementType) {
  auto type = cast<ShapedType>(value.getType());
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(getDim(builder, value, dim));
  return allocate(MemRefType::get(type.getShape(), elementType), sizes);
}

Value KernelOperands::getContiguous(Value value, int64_t alignment) {
  if (auto tensor = dyn_cast<RankedTensorType>(value.getType()))
    return bufferization::ToBufferOp::create(
        builder, MemRefType::get(tensor.getShape(), tensor.getElementType()),
        value, /*read_only=*/true);
  auto type = cast<MemRefType>(value.getType());
  if (isContiguous(type) && isAligned(type, alignment))
    return value;
  Value copy = allocateLike(value, type.getElementType());
  memref::CopyOp::create(builder, value, copy);
  return copy;
}

/// The map over (t, o) that reads the same elements when all token dims are one
/// and the operand is contiguous; null if there is none.
static AffineMap flattenTokens(AffineMap map, ArrayRef<int64_t> shape) {
  unsigned outDim = map.getNumDims() - 1;
  SmallVector<unsigned> dims;
  for (AffineExpr expr : map.getResults())
    dims.push_back(cast<AffineDimExpr>(expr).getPosition());
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> results;
  bool readsOut = !dims.empty() && dims.back() == outDim;
  if (readsOut)
    dims.pop_back();
  if (llvm::is_contained(dims, outDim) || !llvm::is_sorted(dims))
    return {};
  // All token dims that are not of size one, or none.
  auto isUnit = [&](unsigned dim) { return shape[dim] == 1; };
  llvm::erase_if(dims, isUnit);
  SmallVector<unsigned> all = llvm::to_vector(
      llvm::make_filter_range(llvm::seq<unsigned>(0, outDim),
                              [&](unsigned dim) { return !isUnit(dim); }));
  if (!dims.empty() && dims != all)
    return {};
  if (!dims.empty())
    results.push_back(getAffineDimExpr(0, context));
  if (readsOut)
    results.push_back(getAffineDimExpr(1, context));
  return AffineMap::get(2, 0, results, context);
}

std::pair<Value, AffineMap> KernelOperands::getExtra(unsigned index) {
  Value extra = getContiguous(op.getExtras()[index]);
  auto map = cast<AffineMapAttr>(op.getExtraMaps()[index]).getValue();
  auto initType = cast<ShapedType>(op.getInit().getType());
  if (AffineMap flat = flattenTokens(map, initType.getShape()))
    return {extra, flat};
  Type elementType = cast<MemRefType>(extra.getType()).getElementType();
  Value spread = allocateLike(op.getInit(), elementType);
  unsigned rank = initType.getRank();
  linalg::GenericOp::create(
      builder, extra, spread,
      ArrayRef<AffineMap>{map, builder.getMultiDimIdentityMap(rank)},
      SmallVector<utils::IteratorType>(rank, utils::IteratorType::parallel),
      [](OpBuilder &nested, Location loc, ValueRange args) {
        linalg::YieldOp::create(nested, loc, args.front());
      });
  return {spread, builder.getMultiDimIdentityMap(2)};
}

Value KernelOperands::getDestination() {
  Value init = op.getInit();
  auto type = cast<ShapedType>(init.getType());
  if (isa<RankedTensorType>(type)) {
    Value buffer = allocateLike(init, type.getElementType());
    owned.pop_back(); // It becomes the result.
    return buffer;
  }
  return init;
}

Value KernelOperands::getContiguousDestination(Value destination,
                                               int64_t alignment) {
  auto type = cast<MemRefType>(destination.getType());
  if (isContiguous(type) && isAligned(type, alignment))
    return destination;
  return allocateLike(destination, type.getElementType());
}

Value KernelOperands::getNumTokens() {
  Value input = op.getInput();
  auto type = cast<ShapedType>(input.getType());
  Value tokens = arith::ConstantIndexOp::create(builder, 1);
  for (int64_t dim = 0; dim + 1 < type.getRank(); ++dim)
    tokens =
        arith::MulIOp::create(builder, tokens, getDim(builder, input, dim));
  return arith::IndexCastOp::create(builder, builder.getI64Type(), tokens);
}

Value KernelOperands::getScratch(const ScratchSize &size, Value tokens) {
  auto pointerType = LLVM::LLVMPointerType::get(builder.getContext());
  if (size.bytesPerToken == 0 && size.fixedBytes == 0)
    return LLVM::ZeroOp::create(builder, pointerType);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, value);
  };
  Value count =
      arith::IndexCastOp::create(builder, builder.getIndexType(), tokens);
  Value multiple = constant(size.tokenMultiple);
  Value rounded = arith::MulIOp::create(
      builder, arith::CeilDivUIOp::create(builder, count, multiple), multiple);
  Value bytes = arith::AddIOp::create(
      builder,
      arith::MulIOp::create(builder, rounded, constant(size.bytesPerToken)),
      constant(size.fixedBytes));
  auto type = MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
  scratch = memref::AllocOp::create(builder, type, bytes,
                                    builder.getI64IntegerAttr(bufferAlignment));
  return getPointer(scratch);
}

void KernelOperands::releaseScratch() {
  if (scratch)
    memref::DeallocOp::create(builder, scratch);
  scratch = {};
}

Value KernelOperands::getPointer(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  auto pointerType = LLVM::LLVMPointerType::get(builder.getContext());
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, memref);
  Value integer =
      arith::IndexCastOp::create(builder, builder.getI64Type(), address);
  Value pointer = LLVM::IntToPtrOp::create(builder, pointerType, integer);
  if (type.getLayout().isIdentity())
    return pointer;
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, memref);
  Value offset = arith::IndexCastOp::create(builder, builder.getI64Type(),
                                            metadata.getOffset());
  return LLVM::GEPOp::create(builder, pointerType, type.getElementType(),
                             pointer, ArrayRef<LLVM::GEPArg>{offset});
}

void KernelOperands::release() {
  for (Value buffer : llvm::reverse(owned))
    memref::DeallocOp::create(builder, buffer);
  owned.clear();
}
