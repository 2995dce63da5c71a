//===- MathPolynomials.h - Polynomials for exp and erf ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shorter sequences than the approximations of upstream, for the two functions that
// transformers spend their time in.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_VECTORIZE_MATHPOLYNOMIALS_H
#define SPARSEOPT_TRANSFORMS_VECTORIZE_MATHPOLYNOMIALS_H

#include "mlir/IR/PatternMatch.h"

namespace sparseopt {

/// Adds patterns for `math.exp` (relative error below 2e-7; results that are not
/// normal numbers become zero) and `math.erf` (absolute error below 1e-6) of f32 and
/// of vectors of it. Infinities and NaN are treated exactly.
void populateMathPolynomialPatterns(mlir::RewritePatternSet &patterns,
                                    mlir::PatternBenefit benefit = 10);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_VECTORIZE_MATHPOLYNOMIALS_H
