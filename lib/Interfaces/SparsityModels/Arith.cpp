//===- Arith.cpp - Facts through ops of arith -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants; everything else in arith and math is elementwise.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {
struct ArithRules {
  static void infer(arith::ConstantOp op, InferContext &context) {
    context.setFacts(op.getResult(), context.constants->get(op.getValue()));
  }
  static void demand(arith::ConstantOp, DemandContext &) {}
};
} // namespace

void facts::registerArithModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    attachModels<ArithRules, arith::ConstantOp>(context);
  });
}
