//===- PrepareEntries.cpp - Check and prepare entry functions ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first lowering pass: refuses what has no C interface, before any work is
// done, and removes sharing that bufferization would pay for with copies.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "EntryFunctions.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace sparseopt {
#define GEN_PASS_DEF_PREPAREENTRIESPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

bool hasCElementType(Type type) {
  if (type.isBF16() || type.isF16() || type.isF32() || type.isF64())
    return true;
  return type.isInteger(1) || type.isInteger(8) || type.isInteger(16) ||
         type.isInteger(32) || type.isInteger(64);
}

LogicalResult checkType(func::FuncOp func, Type type, StringRef kind,
                        unsigned index) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return func.emitOpError()
           << kind << " " << index << " has type " << type
           << "; an entry function takes and returns ranked tensors only";
  if (tensor.getEncoding())
    return func.emitOpError()
           << kind << " " << index
           << " has an encoding; callers pass dense row-major arrays";
  if (!hasCElementType(tensor.getElementType()))
    return func.emitOpError()
           << kind << " " << index << " has elements of type "
           << tensor.getElementType()
           << ", which the C interface cannot pass (i1, i8, i16, i32, i64, "
              "f16, bf16, f32, f64 can)";
  return success();
}

LogicalResult checkSignature(func::FuncOp func) {
  for (auto [i, type] : llvm::enumerate(func.getArgumentTypes()))
    if (failed(checkType(func, type, "argument", i)))
      return failure();
  for (auto [i, type] : llvm::enumerate(func.getResultTypes()))
    if (failed(checkType(func, type, "result", i)))
      return failure();
  return success();
}

/// Gives each use of `op`'s only result its own clone, placed before the user.
void cloneForEachUse(Operation *op) {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : op->getResult(0).getUses())
    uses.push_back(&use);
  for (OpOperand *use : llvm::drop_begin(uses)) {
    OpBuilder builder(use->getOwner());
    use->set(builder.clone(*op)->getResult(0));
  }
}

void unshareInitialValues(func::FuncOp func) {
  SmallVector<Operation *> fills, empties;
  func.walk([&](Operation *op) {
    if (auto fill = dyn_cast<linalg::FillOp>(op)) {
      if (fill->getNumResults() == 1 &&
          fill.getOutputs()[0].getDefiningOp<tensor::EmptyOp>())
        fills.push_back(op);
    } else if (isa<tensor::EmptyOp>(op)) {
      empties.push_back(op);
    }
  });
  for (Operation *fill : fills)
    cloneForEachUse(fill);
  for (Operation *empty : empties)
    cloneForEachUse(empty);
}

struct PrepareEntries
    : public sparseopt::impl::PrepareEntriesPassBase<PrepareEntries> {
protected:
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto refused = module.walk([](ml_program::GlobalOp global) {
      global.emitOpError()
          << "cannot be compiled: state and globals are not supported; make "
             "it a constant (arith.constant) or an argument";
      return WalkResult::interrupt();
    });
    if (refused.wasInterrupted())
      return signalPassFailure();

    SmallVector<func::FuncOp> entries = sparseopt::getEntries(module);
    if (entries.empty()) {
      module.emitError("the module has no public function with a body: nothing "
                       "to compile");
      return signalPassFailure();
    }
    for (func::FuncOp entry : entries) {
      if (failed(checkSignature(entry)))
        return signalPassFailure();
      Builder builder(entry.getContext());
      for (unsigned i = 0, e = entry.getNumArguments(); i != e; ++i)
        entry.setArgAttr(i,
                         bufferization::BufferizationDialect::kWritableAttrName,
                         builder.getBoolAttr(false));
      unshareInitialValues(entry);
    }
  }
};

} // namespace
