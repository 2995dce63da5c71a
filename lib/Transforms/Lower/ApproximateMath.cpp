//===- ApproximateMath.cpp - Polynomials for math functions -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives upstream's polynomial approximations, which exist there as a test pass
// only, a name that pipelines can use.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/Passes.h"
#include "sparse-opt/Transforms/Vectorize/MathPolynomials.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace sparseopt {
#define GEN_PASS_DEF_APPROXIMATEMATHPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

struct ApproximateMath
    : public sparseopt::impl::ApproximateMathPassBase<ApproximateMath> {
protected:
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    sparseopt::populateMathPolynomialPatterns(patterns);
    // Small constant powers are products; LLVM has no integer powers of
    // vectors.
    populateMathAlgebraicSimplificationPatterns(patterns);
    math::populateExpansionPatterns(patterns, {"fpowi"});
    // The hardware's square root is exact and not slower; functions that one
    // instruction computes stay as they are.
    populateMathPolynomialApproximationPatterns(
        patterns, [](StringRef name) { return name != "math.rsqrt"; });
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError(
          "approximation of math functions did not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
