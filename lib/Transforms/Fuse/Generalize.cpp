//===- Generalize.cpp - Bring linalg into one form --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Softmax is decomposed, named ops become generic, and reshapes are pushed through
// generics, so that fusion sees one kind of op.
//
//===----------------------------------------------------------------------===//

#include "Rewrites.h"

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace sparseopt {

bool isContraction(linalg::GenericOp op) {
  return op.getNumDpsInputs() == 2 && op.getNumDpsInits() == 1 &&
         linalg::isaContractionOpInterface(op);
}

static bool isWorthGeneralizing(linalg::LinalgOp op) {
  if (isa<linalg::GenericOp, linalg::FillOp>(op) ||
      !op.hasPureTensorSemantics())
    return false;
  return isa<linalg::TransposeOp, linalg::BroadcastOp, linalg::ReduceOp,
             linalg::MapOp>(op) ||
         linalg::isElementwise(op) || linalg::isaContractionOpInterface(op);
}

/// Whether the reshape only adds or removes dimensions of size one.
static bool changesUnitDimsOnly(Operation *reshape) {
  auto countDims = [](Type type) {
    return llvm::count_if(cast<ShapedType>(type).getShape(),
                          [](int64_t size) { return size != 1; });
  };
  return countDims(reshape->getOperand(0).getType()) ==
         countDims(reshape->getResult(0).getType());
}

/// A merge of dimensions moves towards the results, a split towards the
/// operands; those of unit dimensions are left to the rank reduction.
static bool shouldMoveReshape(OpOperand *use) {
  Operation *producer = use->get().getDefiningOp();
  Operation *reshape =
      isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(producer)
          ? producer
          : use->getOwner();
  return !changesUnitDimsOnly(reshape);
}

static void decompose(FunctionOpInterface func) {
  IRRewriter rewriter(func.getContext());
  SmallVector<linalg::SoftmaxOp> softmaxes;
  func.walk([&](linalg::SoftmaxOp op) {
    if (op.hasPureTensorSemantics())
      softmaxes.push_back(op);
  });
  for (linalg::SoftmaxOp op : softmaxes) {
    rewriter.setInsertionPoint(op);
    FailureOr<SmallVector<Value>> parts = op.decomposeOperation(rewriter);
    if (succeeded(parts))
      rewriter.replaceOp(op, *parts);
  }
  SmallVector<linalg::LinalgOp> named;
  func.walk([&](linalg::LinalgOp op) {
    if (isWorthGeneralizing(op))
      named.push_back(op);
  });
  for (linalg::LinalgOp op : named) {
    rewriter.setInsertionPoint(op);
    (void)linalg::generalizeNamedOp(rewriter, op);
  }
}

LogicalResult generalizeForFusion(FunctionOpInterface func) {
  MLIRContext *context = func.getContext();
  decompose(func);

  RewritePatternSet reshapes(context);
  linalg::populateFoldReshapeOpsByExpansionPatterns(reshapes,
                                                    shouldMoveReshape);
  linalg::populateEraseUnusedOperandsAndResultsPatterns(reshapes);
  tensor::populateFoldTensorEmptyPatterns(reshapes);
  tensor::ExpandShapeOp::getCanonicalizationPatterns(reshapes, context);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(reshapes, context);
  linalg::FillOp::getCanonicalizationPatterns(reshapes, context);
  linalg::GenericOp::getCanonicalizationPatterns(reshapes, context);
  if (failed(applyPatternsGreedily(func, std::move(reshapes))))
    return failure();

  linalg::ControlDropUnitDims options;
  options.controlFn = [](Operation *op) -> SmallVector<unsigned> {
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (!generic || !generic.hasPureTensorSemantics())
      return {};
    return llvm::to_vector(llvm::seq<unsigned>(0, generic.getNumLoops()));
  };
  RewritePatternSet unitDims(context);
  linalg::populateFoldUnitExtentDimsPatterns(unitDims, options);
  walkAndApplyPatterns(func, std::move(unitDims));
  RewritePatternSet cleanup(context);
  linalg::populateFoldUnitExtentDimsCanonicalizationPatterns(cleanup, options);
  tensor::populateFoldTensorEmptyPatterns(cleanup);
  return applyPatternsGreedily(func, std::move(cleanup));
}

} // namespace sparseopt
