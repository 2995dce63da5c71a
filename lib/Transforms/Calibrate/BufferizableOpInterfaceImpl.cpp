//===- BufferizableOpInterfaceImpl.cpp - Observe on buffers -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An observation reads its operand and yields nothing.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Calibrate/BufferizableOpInterfaceImpl.h"

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace sparseopt;

namespace {

struct ObserveModel
    : public BufferizableOpInterface::ExternalModel<ObserveModel,
                                                    sparsity::ObserveOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &,
                              const AnalysisState &) const {
    return true;
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &,
                               const AnalysisState &) const {
    return false;
  }
  AliasingValueList getAliasingValues(Operation *, OpOperand &,
                                      const AnalysisState &) const {
    return {};
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto observe = cast<sparsity::ObserveOp>(op);
    FailureOr<Value> buffer =
        getBuffer(rewriter, observe.getInput(), options, state);
    if (failed(buffer))
      return failure();
    sparsity::ObserveOp::create(rewriter, op->getLoc(), *buffer,
                                observe.getNameAttr(), observe.getAliasesAttr(),
                                observe.getGramAttr(), observe.getNumberAttr());
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void sparseopt::registerObserveBufferizationModel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, sparsity::SparsityDialect *) {
    sparsity::ObserveOp::attachInterface<ObserveModel>(*context);
  });
}
