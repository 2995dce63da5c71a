//===- MLProgram.cpp - Facts through ops of ml_program ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads of globals that never change.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {
struct MLProgramRules {
  template <typename LoadOp>
  static void infer(LoadOp op, InferContext &context) {
    auto global = SymbolTable::lookupNearestSymbolFrom<ml_program::GlobalOp>(
        op, op.getGlobalAttr());
    if (global && !global.getIsMutable() && global.getValueAttr())
      context.setFacts(op.getResult(),
                       context.constants->get(global.getValueAttr()));
  }
  template <typename LoadOp>
  static void demand(LoadOp, DemandContext &) {}
};
} // namespace

void facts::registerMLProgramModels(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, ml_program::MLProgramDialect *) {
        attachModels<MLProgramRules, ml_program::GlobalLoadOp,
                     ml_program::GlobalLoadConstOp>(context);
      });
}
