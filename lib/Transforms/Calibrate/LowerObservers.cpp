//===- LowerObservers.cpp - Observations to calls ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-lower-observers. Runs on buffers, before they are placed.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Calibrate/Passes.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace sparseopt;

namespace sparseopt {
#define GEN_PASS_DEF_LOWEROBSERVERSPASS
#include "sparse-opt/Transforms/Calibrate/Passes.h.inc"
} // namespace sparseopt

static constexpr StringRef observeFunction = "sparseopt_rt_observe";

/// Alignment in bytes of the copy of a buffer.
static constexpr int64_t bufferAlignment = 64;

/// The buffer's values in a buffer whose rows follow one another, and whether
/// that is a copy.
static std::pair<Value, bool> getContiguous(ImplicitLocOpBuilder &builder,
                                            Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getLayout().isIdentity())
    return {buffer, false};
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(memref::DimOp::create(builder, buffer, dim));
  auto contiguous = MemRefType::get(type.getShape(), type.getElementType());
  Value copy = memref::AllocOp::create(
      builder, contiguous, sizes, builder.getI64IntegerAttr(bufferAlignment));
  memref::CopyOp::create(builder, buffer, copy);
  return {copy, true};
}

static Value getNumTokens(ImplicitLocOpBuilder &builder, Value buffer) {
  Value tokens = arith::ConstantIndexOp::create(builder, 1);
  int64_t rank = cast<MemRefType>(buffer.getType()).getRank();
  for (int64_t dim = 0; dim + 1 < rank; ++dim)
    tokens = arith::MulIOp::create(builder, tokens,
                                   memref::DimOp::create(builder, buffer, dim));
  return arith::IndexCastOp::create(builder, builder.getI64Type(), tokens);
}

static void lower(sparsity::ObserveOp op, int64_t number) {
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  auto [buffer, isCopy] = getContiguous(builder, op.getInput());
  Type i64 = builder.getI64Type();
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, buffer);
  Value integer = arith::IndexCastOp::create(builder, i64, address);
  Value pointer = LLVM::IntToPtrOp::create(
      builder, LLVM::LLVMPointerType::get(op.getContext()), integer);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(builder, i64, value);
  };
  int64_t features = cast<MemRefType>(buffer.getType()).getShape().back();
  func::CallOp::create(builder, observeFunction, TypeRange(),
                       ValueRange{constant(number), pointer,
                                  getNumTokens(builder, buffer),
                                  constant(features)});
  if (isCopy)
    memref::DeallocOp::create(builder, buffer);
  op.erase();
}

namespace {

struct LowerObservers
    : public sparseopt::impl::LowerObserversPassBase<LowerObservers> {
  using LowerObserversPassBase::LowerObserversPassBase;

protected:
  void runOnOperation() override {
    SmallVector<sparsity::ObserveOp> observers;
    getOperation().walk(
        [&](sparsity::ObserveOp op) { observers.push_back(op); });
    if (observers.empty())
      return;
    for (auto [number, op] : llvm::enumerate(observers)) {
      if (!isa<MemRefType>(op.getInput().getType())) {
        op.emitOpError("observes a tensor; bufferization comes first");
        return signalPassFailure();
      }
      lower(op, op.getNumber().value_or(number));
    }
    declareRuntime();
  }

private:
  void declareRuntime() {
    OpBuilder builder = OpBuilder::atBlockBegin(getOperation().getBody());
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    Type i64 = builder.getI64Type();
    func::FuncOp::create(builder, getOperation().getLoc(), observeFunction,
                         builder.getFunctionType({i64, pointer, i64, i64}, {}))
        .setPrivate();
  }
};

} // namespace
