//===- Passes.h - Passes of the propagate phase -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of the passes of the propagate phase.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_PASSES_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace sparseopt {

#define GEN_PASS_DECL
#include "sparse-opt/Transforms/Propagate/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "sparse-opt/Transforms/Propagate/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_PASSES_H
