//===- Stages.h - Stages of an outlined network -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What sparsity-outline-blocks leaves for those that run stage after stage.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_CALIBRATE_STAGES_H
#define SPARSEOPT_TRANSFORMS_CALIBRATE_STAGES_H

#include "llvm/ADT/StringRef.h"

namespace sparseopt {

/// On the function of a stage: its name, "before", "after" or that of a block.
/// The results of one stage are the arguments of the next, in order.
inline constexpr llvm::StringLiteral kStageAttr("sparsity.stage");

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_CALIBRATE_STAGES_H
