//===- DeviceEmitter.cpp - Pieces of device kernels -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function per operation that kernels are made of.
//
//===----------------------------------------------------------------------===//

#include "DeviceEmitter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Value DeviceEmitter::constant(int64_t value) {
  return arith::ConstantIntOp::create(b, i32, value);
}
Value DeviceEmitter::constant64(uint64_t value) {
  return arith::ConstantIntOp::create(b, i64, static_cast<int64_t>(value));
}
Value DeviceEmitter::add(Value a, Value c) {
  return arith::AddIOp::create(b, a, c);
}
Value DeviceEmitter::add(Value a, int64_t c) {
  if (c == 0)
    return a;
  return add(a, a.getType() == i64 ? constant64(c) : constant(c));
}
Value DeviceEmitter::sub(Value a, int64_t c) { return add(a, -c); }
Value DeviceEmitter::mul(Value a, Value c) {
  return arith::MulIOp::create(b, a, c);
}
Value DeviceEmitter::mul(Value a, int64_t c) {
  return mul(a, a.getType() == i64 ? constant64(c) : constant(c));
}
Value DeviceEmitter::min(Value a, Value c) {
  return arith::MinSIOp::create(b, a, c);
}
Value DeviceEmitter::bitAnd(Value a, int64_t c) {
  return arith::AndIOp::create(b, a, constant(c));
}
Value DeviceEmitter::bitOr(Value a, int64_t c) {
  return arith::OrIOp::create(b, a, constant(c));
}
Value DeviceEmitter::shr(Value a, int64_t c) {
  return arith::ShRUIOp::create(b, a, constant(c));
}
Value DeviceEmitter::cmp(CmpIPredicate predicate, Value a, Value c) {
  return arith::CmpIOp::create(b, predicate, a, c);
}
Value DeviceEmitter::cmp(CmpIPredicate predicate, Value a, int64_t c) {
  return cmp(predicate, a, constant(c));
}
Value DeviceEmitter::both(Value a, Value c) {
  return arith::AndIOp::create(b, a, c);
}
Value DeviceEmitter::select(Value condition, Value a, Value c) {
  return arith::SelectOp::create(b, condition, a, c);
}
Value DeviceEmitter::extend(Value value, Type type) {
  return arith::ExtUIOp::create(b, type, value);
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void DeviceEmitter::ifThen(Value condition, llvm::function_ref<void()> then,
                           llvm::function_ref<void()> otherwise) {
  auto op = scf::IfOp::create(b, condition, /*withElseRegion=*/bool(otherwise));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  then();
  if (!otherwise)
    return;
  b.setInsertionPointToStart(op.elseBlock());
  otherwise();
}

Values DeviceEmitter::loop(Value from, Value to, Value step, ValueRange init,
                           llvm::function_ref<Values(Value, ValueRange)> body) {
  auto op = scf::ForOp::create(b, from, to, step, init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  Values carried = body(op.getInductionVar(), op.getRegionIterArgs());
  if (!init.empty())
    scf::YieldOp::create(b, carried);
  return Values(op.getResults());
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value DeviceEmitter::sharedPtr(Value address) {
  return LLVM::IntToPtrOp::create(b, getPtr(3), address);
}
Value DeviceEmitter::clusterPtr(Value address) {
  return LLVM::IntToPtrOp::create(b, getPtr(7), address);
}
Value DeviceEmitter::gep(Value base, Value index, Type element) {
  return LLVM::GEPOp::create(b, base.getType(), element, base,
                             LLVM::GEPArg(index));
}

Value DeviceEmitter::getSharedMemory() {
  constexpr llvm::StringLiteral name = "shared_memory";
  Operation *function = b.getInsertionBlock()->getParentOp();
  while (!isa<LLVM::LLVMFuncOp>(function))
    function = function->getParentOp();
  Operation *module = function->getParentOp();
  auto global = dyn_cast_or_null<LLVM::GlobalOp>(
      SymbolTable::lookupSymbolIn(module, name));
  if (!global) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&module->getRegion(0).front());
    // 1024 bytes are what the swizzle needs; a dynamic array has no size.
    global = LLVM::GlobalOp::create(
        b, LLVM::LLVMArrayType::get(b.getI8Type(), 0), /*isConstant=*/false,
        LLVM::Linkage::External, name, Attribute(), /*alignment=*/1024,
        /*addrSpace=*/3);
  }
  Value pointer = LLVM::AddressOfOp::create(b, getPtr(3), name);
  return LLVM::PtrToIntOp::create(b, i32, pointer);
}

//===----------------------------------------------------------------------===//
// Barriers and copies
//===----------------------------------------------------------------------===//

void DeviceEmitter::initBarrier(Value address, int64_t arrivals) {
  NVVM::MBarrierInitOp::create(b, sharedPtr(address), constant(arrivals),
                               Value());
}

void DeviceEmitter::expectBytes(Value address, int64_t bytes) {
  NVVM::MBarrierArriveExpectTxOp::create(
      b, Type(), sharedPtr(address), constant(bytes), NVVM::MemScopeKind::CTA,
      /*relaxed=*/false, Value());
}

void DeviceEmitter::arrive(Value address) {
  NVVM::MBarrierArriveOp::create(b, i64, sharedPtr(address), Value());
}

void DeviceEmitter::wait(Value address, Value parity) {
  Value pointer = sharedPtr(address);
  scf::WhileOp::create(
      b, TypeRange(), ValueRange(),
      [&](OpBuilder &builder, Location loc, ValueRange) {
        Value done = NVVM::MBarrierTryWaitOp::create(
            builder, loc, builder.getI1Type(), pointer, parity, Value());
        Value yes =
            arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
        Value again = arith::XOrIOp::create(builder, loc, done, yes);
        scf::ConditionOp::create(builder, loc, again, ValueRange());
      },
      [&](OpBuilder &builder, Location loc, ValueRange) {
        scf::YieldOp::create(builder, loc);
      });
}

void DeviceEmitter::copyBulk(Value to, Value from, int64_t bytes, Value barrier,
                             Value policy) {
  NVVM::CpAsyncBulkGlobalToSharedClusterOp::create(
      b, clusterPtr(to), from, sharedPtr(barrier), constant(bytes), Value(),
      policy);
}

void DeviceEmitter::copyTensor(Value to, Value map, ValueRange coordinates,
                               Value barrier, Value multicast) {
  NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp::create(
      b, clusterPtr(to), map, coordinates, sharedPtr(barrier), ValueRange(),
      multicast, Value(), NVVM::TMALoadMode::TILE, /*isCTAOnly=*/false,
      NVVM::CTAGroupKindAttr(), Value());
}

Value DeviceEmitter::getUniformWarp(Value thread) {
  return NVVM::ShflOp::create(b, i32, constant(-1), shr(thread, 5), constant(0),
                              constant(31), NVVM::ShflKind::idx, UnitAttr());
}

LLVM::LLVMFuncOp nvidia::createKernel(DeviceEmitter &e, StringRef name,
                                      size_t numExtras, int64_t threads,
                                      bool mapsInput) {
  ImplicitLocOpBuilder &b = e.b;
  SmallVector<Type> types{mapsInput ? e.getPtr(0) : e.globalPtr};
  types.append(numExtras + 2, e.globalPtr);
  types.push_back(e.i32);
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(b.getContext()), types);
  auto kernel = LLVM::LLVMFuncOp::create(b, name, type);
  auto bounds = b.getDenseI32ArrayAttr({static_cast<int32_t>(threads)});
  kernel->setAttr("nvvm.kernel", b.getUnitAttr());
  kernel->setAttr("nvvm.maxntid", bounds);
  kernel->setAttr("nvvm.minctasm", b.getI32IntegerAttr(1));
  if (mapsInput) {
    Type map = LLVM::LLVMArrayType::get(b.getI8Type(), 128);
    kernel.setArgAttr(0, "llvm.byval", TypeAttr::get(map));
    kernel.setArgAttr(0, "llvm.align", b.getI64IntegerAttr(64));
    kernel.setArgAttr(0, "nvvm.grid_constant", b.getUnitAttr());
  }
  b.setInsertionPointToStart(kernel.addEntryBlock(b));
  return kernel;
}

nvidia::KernelArguments::KernelArguments(LLVM::LLVMFuncOp kernel) {
  ValueRange arguments = kernel.getArguments();
  x = arguments[0];
  weight = arguments[1];
  extras = Values(arguments.drop_front(2).drop_back(2));
  y = arguments[arguments.size() - 2];
  tokens = arguments.back();
}
