//===- Vectorize.cpp - Turn linalg on buffers into vector loops -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Offers each op to the lowerings, the most special one first.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Vectorize/Passes.h"

#include "Lowerings.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"

#include "llvm/Support/MathExtras.h"

namespace sparseopt {
#define GEN_PASS_DEF_VECTORIZEPASS
#include "sparse-opt/Transforms/Vectorize/Passes.h.inc"
} // namespace sparseopt

#define DEBUG_TYPE "sparsity-vectorize"

using namespace mlir;

namespace {

struct Vectorize : public sparseopt::impl::VectorizePassBase<Vectorize> {
  using VectorizePassBase::VectorizePassBase;

protected:
  void runOnOperation() override;
};

} // namespace

static SmallVector<linalg::LinalgOp> collectOps(FunctionOpInterface func) {
  SmallVector<linalg::LinalgOp> ops;
  func.walk([&](linalg::LinalgOp op) {
    if (op.hasPureBufferSemantics())
      ops.push_back(op);
  });
  return ops;
}

void Vectorize::runOnOperation() {
  FunctionOpInterface func = getOperation();
  if (lanes < 2 || !llvm::isPowerOf2_64(lanes)) {
    func.emitError("sparsity-vectorize: lanes=")
        << lanes.getValue() << " is not a power of two above one";
    return signalPassFailure();
  }
  sparseopt::VectorTarget target{lanes, registers};
  IRRewriter rewriter(&getContext());
  // Contractions first: they take the fills in front of them.
  for (linalg::LinalgOp op : collectOps(func))
    (void)sparseopt::lowerContraction(rewriter, op, target);
  for (linalg::LinalgOp op : collectOps(func)) {
    if (succeeded(sparseopt::lowerTranspose(rewriter, op, target)))
      continue;
    std::string why;
    if (failed(sparseopt::lowerGeneric(rewriter, op, target, why)) &&
        !why.empty())
      remark::missed(op.getLoc(),
                     remark::RemarkOpts::name("vectorize").category("sparsity"))
          << remark::reason("{0} is not vectorised: {1}",
                            op->getName().getStringRef().str(), why);
  }
}
