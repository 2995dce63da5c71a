//===- RelaxReductions.cpp - Let sums be reordered --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Float addition is not associative, so that LLVM keeps the order of a sum
// unless the IR allows another one. A model does not depend on it; without the
// permission sums are computed one element after the other.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace sparseopt {
#define GEN_PASS_DEF_RELAXREDUCTIONSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

constexpr arith::FastMathFlags kRelaxed =
    arith::FastMathFlags::reassoc | arith::FastMathFlags::contract;

/// Adds the flags to an operation that has a fast-math attribute.
void relax(Operation *op) {
  auto fastMath = dyn_cast<arith::ArithFastMathInterface>(op);
  if (!fastMath)
    return;
  arith::FastMathFlags flags = kRelaxed;
  if (arith::FastMathFlagsAttr old = fastMath.getFastMathFlagsAttr())
    flags = flags | old.getValue();
  op->setAttr(fastMath.getFastMathAttrName(),
              arith::FastMathFlagsAttr::get(op->getContext(), flags));
}

void relaxRegion(Region &region) {
  region.walk([](Operation *op) {
    if (isa<arith::AddFOp, arith::MulFOp>(op))
      relax(op);
  });
}

/// Sums carried by a loop: the value of an iteration is the one before plus
/// something.
void relaxCarriedSums(scf::ForOp loop) {
  for (auto [arg, yielded] :
       llvm::zip_equal(loop.getRegionIterArgs(), loop.getYieldedValues())) {
    auto sum = yielded.getDefiningOp<arith::AddFOp>();
    if (!sum || (sum.getLhs() != arg && sum.getRhs() != arg))
      continue;
    relax(sum);
    for (Value operand : sum->getOperands())
      if (auto product = operand.getDefiningOp<arith::MulFOp>())
        relax(product);
  }
}

struct RelaxReductions
    : public sparseopt::impl::RelaxReductionsPassBase<RelaxReductions> {
protected:
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
        if (linalgOp.getNumReductionLoops() > 0)
          for (Region &region : op->getRegions())
            relaxRegion(region);
      } else if (auto reduction = dyn_cast<vector::ReductionOp>(op)) {
        if (isa<FloatType>(reduction.getDest().getType()) &&
            (reduction.getKind() == vector::CombiningKind::ADD ||
             reduction.getKind() == vector::CombiningKind::MUL))
          relax(op);
      } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
        relaxCarriedSums(loop);
      }
    });
  }
};

} // namespace
