//===- LowerAsserts.cpp - Failed assertions become a status -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A library must not end its caller's process because an input is wrong. Run
// after structured control flow is gone.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace sparseopt {
#define GEN_PASS_DEF_LOWERASSERTSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

constexpr int32_t kStatusAssertion = 3;

struct LowerAsserts
    : public sparseopt::impl::LowerAssertsPassBase<LowerAsserts> {
protected:
  void runOnOperation() override {
    SmallVector<cf::AssertOp> asserts;
    getOperation().walk([&](cf::AssertOp op) { asserts.push_back(op); });
    for (auto [i, op] : llvm::enumerate(asserts))
      lower(op, i);
  }

private:
  void lower(cf::AssertOp op, unsigned number);
  Value createMessage(OpBuilder &builder, cf::AssertOp op, unsigned number);
  func::FuncOp declare(StringRef name);
};

Value LowerAsserts::createMessage(OpBuilder &builder, cf::AssertOp op,
                                  unsigned number) {
  OpBuilder moduleBuilder = OpBuilder::atBlockBegin(getOperation().getBody());
  std::string text = op.getMsg().str();
  text.push_back('\0');
  std::string name = "sparseopt.assertion" + std::to_string(number);
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), text.size());
  LLVM::GlobalOp::create(moduleBuilder, op.getLoc(), type, /*isConstant=*/true,
                         LLVM::Linkage::Private, name,
                         builder.getStringAttr(text));
  return LLVM::AddressOfOp::create(
      builder, op.getLoc(), LLVM::LLVMPointerType::get(&getContext()), name);
}

func::FuncOp LowerAsserts::declare(StringRef name) {
  ModuleOp module = getOperation();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto ptr = LLVM::LLVMPointerType::get(module.getContext());
  auto func = func::FuncOp::create(builder, module.getLoc(), name,
                                   builder.getFunctionType({ptr}, {}));
  func.setPrivate();
  return func;
}

void LowerAsserts::lower(cf::AssertOp op, unsigned number) {
  Location loc = op.getLoc();
  auto func = dyn_cast<func::FuncOp>(op->getParentOp());
  bool returnsStatus = func && func->hasAttr(sparseopt::kBodyAttr);
  Block *block = op->getBlock();
  Block *next = block->splitBlock(op->getIterator());
  OpBuilder builder(op.getContext());
  Block *failBlock = builder.createBlock(next->getParent());
  Value message = createMessage(builder, op, number);
  if (returnsStatus) {
    func::CallOp::create(builder, loc, declare("sparseopt_rt_fail"), message);
    Value status = arith::ConstantOp::create(
        builder, loc, builder.getI32IntegerAttr(kStatusAssertion));
    func::ReturnOp::create(builder, loc, status);
  } else {
    func::CallOp::create(builder, loc, declare("sparseopt_rt_abort"), message);
    cf::BranchOp::create(builder, loc, next);
  }
  builder.setInsertionPointToEnd(block);
  cf::CondBranchOp::create(builder, loc, op.getArg(), next, failBlock);
  op.erase();
}

} // namespace
