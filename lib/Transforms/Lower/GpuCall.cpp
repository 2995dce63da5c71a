//===- GpuCall.cpp - What surrounds a program for a GPU ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout of sparseopt_rt_gpu_port and sparseopt_rt_gpu_call: members of eight
// bytes.
//
//===----------------------------------------------------------------------===//

#include "GpuCall.h"

#include "sparse-opt/Runtime/LibraryInfo.h"
#include "sparse-opt/Transforms/Lower/EntryAttributes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace {

constexpr int64_t kPortSlots = sizeof(sparseopt_rt_gpu_port) / 8;
constexpr int64_t kCallSlots = sizeof(sparseopt_rt_gpu_call) / 8;
enum PortMember : unsigned { kGiven, kDevice, kSize };

} // namespace

namespace sparseopt {

GpuCall::GpuCall(ImplicitLocOpBuilder &builder, ModuleOp module,
                 ValueRange pointers, ValueRange sizes, unsigned numInputs)
    : builder(builder), module(module),
      ptr(LLVM::LLVMPointerType::get(builder.getContext())),
      i64(builder.getI64Type()), i32(builder.getI32Type()),
      numInputs(numInputs), numPorts(unsigned(pointers.size())) {
  state = createSlots(kCallSlots);
  ports = createSlots(kPortSlots * std::max(numPorts, 1u));
  for (auto [i, pointer] : llvm::enumerate(pointers)) {
    LLVM::StoreOp::create(builder, pointer, getMember(unsigned(i), kGiven));
    LLVM::StoreOp::create(builder, sizes[i], getMember(unsigned(i), kSize));
  }
}

Value GpuCall::createConstant(int64_t value) {
  return arith::ConstantIntOp::create(builder, i64, value);
}

Value GpuCall::createSlots(int64_t count) {
  return LLVM::AllocaOp::create(builder, ptr, i64, createConstant(count), 8);
}

Value GpuCall::getMember(unsigned port, unsigned member) {
  auto slot = static_cast<int32_t>(kPortSlots * port + member);
  return LLVM::GEPOp::create(builder, ptr, i64, ports,
                             ArrayRef<LLVM::GEPArg>{slot});
}

func::FuncOp GpuCall::declare(StringRef name, TypeRange types) {
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder moduleBuilder = OpBuilder::atBlockBegin(module.getBody());
  auto func =
      func::FuncOp::create(moduleBuilder, builder.getLoc(), name,
                           builder.getFunctionType(types, TypeRange{i32}));
  func.setPrivate();
  return func;
}

Value GpuCall::begin(Value model, Value stream, Value staging) {
  func::FuncOp function =
      declare("sparseopt_rt_gpu_begin", {ptr, ptr, ptr, ptr, i64, i64, ptr});
  Value operands[] = {state,
                      model,
                      stream,
                      ports,
                      createConstant(numInputs),
                      createConstant(numPorts),
                      staging};
  return func::CallOp::create(builder, function, operands).getResult(0);
}

Value GpuCall::getPointer(unsigned index) {
  return LLVM::LoadOp::create(builder, ptr, getMember(index, kDevice));
}

Value GpuCall::end(Value status) {
  func::FuncOp function =
      declare("sparseopt_rt_gpu_end", {ptr, i32, ptr, i64, i64});
  Value operands[] = {state, status, ports, createConstant(numInputs),
                      createConstant(numPorts)};
  return func::CallOp::create(builder, function, operands).getResult(0);
}

Value createStagingSize(ImplicitLocOpBuilder &builder, ValueRange sizes) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(builder, builder.getI64Type(), value);
  };
  Value total = constant(0);
  for (Value size : sizes) {
    Value padded =
        arith::AddIOp::create(builder, size, constant(kBufferAlignment - 1));
    Value rounded =
        arith::AndIOp::create(builder, padded, constant(-kBufferAlignment));
    total = arith::AddIOp::create(builder, total, rounded);
  }
  return total;
}

} // namespace sparseopt
