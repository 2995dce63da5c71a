//===- ShrinkRewrite.h - Removal of slices ----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Carries out a plan.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_SHRINKREWRITE_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_SHRINKREWRITE_H

#include "ShrinkPlan.h"

namespace sparseopt::facts {

/// Takes from all tensors in `top` what `plan` removes. Types of values change in
/// place; constants are made anew for each use. Appends to `replaced` the values
/// of weights that are no longer used, and says in remarks what was removed.
void applyShrinkPlan(mlir::Operation *top, const ShrinkPlan &plan,
                     llvm::SmallVectorImpl<mlir::ElementsAttr> &replaced);

} // namespace sparseopt::facts

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_SHRINKREWRITE_H
