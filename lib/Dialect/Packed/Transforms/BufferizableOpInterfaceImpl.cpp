//===- BufferizableOpInterfaceImpl.cpp - Bufferization of linear layers -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// External models of upstream's BufferizableOpInterface for the linear ops.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Packed/Transforms/BufferizableOpInterfaceImpl.h"

#include "sparse-opt/Dialect/Packed/IR/Packed.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace sparseopt;

namespace {

/// The destination is written and not read; all other tensors are read.
template <typename OpTy>
struct LinearModel
    : public DstBufferizableOpInterfaceExternalModel<LinearModel<OpTy>, OpTy> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return &operand != &cast<LinearOpInterface>(op).getInitMutable();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      if (!isa<TensorType>(operand.getType())) {
        operands.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
    }
    OperationState newState(op->getLoc(), op->getName(), operands,
                            /*types=*/TypeRange(), op->getAttrs());
    newState.addRegion();
    Value destination = operands.back();
    Operation *newOp = rewriter.create(newState);
    rewriter.inlineRegionBefore(op->getRegion(0), newOp->getRegion(0),
                                newOp->getRegion(0).begin());
    replaceOpWithBufferizedValues(rewriter, op, destination);
    return success();
  }
};

} // namespace

void sparseopt::registerLinearBufferizationModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, sparsity::SparsityDialect *) {
    sparsity::LinearOp::attachInterface<LinearModel<sparsity::LinearOp>>(
        *context);
  });
  registry.addExtension(+[](MLIRContext *context, packed::PackedDialect *) {
    packed::LinearOp::attachInterface<LinearModel<packed::LinearOp>>(*context);
  });
}
