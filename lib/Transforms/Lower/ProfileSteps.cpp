//===- ProfileSteps.cpp - Time the steps of a program -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A step is a kernel call or an outlined loop nest; both have names.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include "llvm/ADT/MapVector.h"

namespace sparseopt {
#define GEN_PASS_DEF_PROFILESTEPSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

StringAttr getStepName(func::CallOp call) {
  if (auto layer = call->getAttrOfType<StringAttr>(sparseopt::kLayerAttr))
    return layer;
  return call->getAttrOfType<StringAttr>(sparseopt::kStepAttr);
}

struct ProfileSteps
    : public sparseopt::impl::ProfileStepsPassBase<ProfileSteps> {
protected:
  void runOnOperation() override;

private:
  void declareRuntime();
  void timeCall(func::CallOp call, Value model, unsigned step);
};

void ProfileSteps::declareRuntime() {
  ModuleOp module = getOperation();
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type ptr = LLVM::LLVMPointerType::get(&getContext());
  Type i64 = builder.getI64Type();
  func::FuncOp::create(builder, module.getLoc(), "sparseopt_rt_clock",
                       builder.getFunctionType({}, i64))
      .setPrivate();
  func::FuncOp::create(builder, module.getLoc(), "sparseopt_rt_profile",
                       builder.getFunctionType({ptr, i64, i64}, {}))
      .setPrivate();
}

void ProfileSteps::timeCall(func::CallOp call, Value model, unsigned step) {
  OpBuilder builder(call);
  Location loc = call.getLoc();
  auto start = func::CallOp::create(builder, loc, "sparseopt_rt_clock",
                                    builder.getI64Type());
  builder.setInsertionPointAfter(call);
  Value number =
      arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(step));
  func::CallOp::create(builder, loc, "sparseopt_rt_profile", TypeRange(),
                       ValueRange{model, number, start.getResult(0)});
}

void ProfileSteps::runOnOperation() {
  llvm::MapVector<Attribute, unsigned> steps;
  SmallVector<std::pair<func::CallOp, unsigned>> calls;
  for (auto func : getOperation().getOps<func::FuncOp>()) {
    if (!func->hasAttr(sparseopt::kBodyAttr))
      continue;
    func.walk([&](func::CallOp call) {
      if (StringAttr name = getStepName(call)) {
        unsigned next = steps.size();
        auto [it, isNew] = steps.try_emplace(name, next);
        calls.push_back({call, it->second});
      }
    });
  }
  declareRuntime();
  for (auto [call, step] : calls) {
    auto body = call->getParentOfType<func::FuncOp>();
    timeCall(call, body.getArgument(0), step);
  }
  SmallVector<Attribute> names;
  for (auto &[name, step] : steps)
    names.push_back(name);
  getOperation()->setAttr(sparseopt::kProfileAttr,
                          ArrayAttr::get(&getContext(), names));
}

} // namespace
