//===- Model.h - Attaching models to ops ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns a pair of overloaded functions `infer(Op, InferContext &)` and
// `demand(Op, DemandContext &)` into an external model of the interface.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_INTERFACES_SPARSITYMODELS_MODEL_H
#define SPARSEOPT_INTERFACES_SPARSITYMODELS_MODEL_H

#include "sparse-opt/Analysis/Sparsity/OpFacts.h"
#include "sparse-opt/Interfaces/SparsityOpInterface.h"

namespace sparseopt::facts {

/// `Rules` has static functions `infer` and `demand` for each op.
template <typename Rules, typename OpTy>
struct SparsityModel
    : SparsityOpInterface::ExternalModel<SparsityModel<Rules, OpTy>, OpTy> {
  void inferSparsity(mlir::Operation *op, InferContext &context) const {
    Rules::infer(mlir::cast<OpTy>(op), context);
  }
  void demandSparsity(mlir::Operation *op, DemandContext &context) const {
    Rules::demand(mlir::cast<OpTy>(op), context);
  }
};

template <typename Rules, typename... Ops>
void attachModels(mlir::MLIRContext *context) {
  (Ops::template attachInterface<SparsityModel<Rules, Ops>>(*context), ...);
}

/// All operands are read if a result is.
template <typename OpTy>
void demandAllOperands(OpTy op, DemandContext &context) {
  for (mlir::Value operand : op->getOperands())
    context.addAll(operand);
}

void registerArithModels(mlir::DialectRegistry &registry);
void registerLinalgModels(mlir::DialectRegistry &registry);
void registerMLProgramModels(mlir::DialectRegistry &registry);
void registerTensorModels(mlir::DialectRegistry &registry);
void attachTensorReshapeModels(mlir::MLIRContext *context);
void attachTensorSliceModels(mlir::MLIRContext *context);
void registerOwnModels(mlir::DialectRegistry &registry);

} // namespace sparseopt::facts

#endif // SPARSEOPT_INTERFACES_SPARSITYMODELS_MODEL_H
