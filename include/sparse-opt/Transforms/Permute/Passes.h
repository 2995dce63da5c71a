//===- Passes.h - Passes of the permute phase -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declarations generated from Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PERMUTE_PASSES_H
#define SPARSEOPT_TRANSFORMS_PERMUTE_PASSES_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace sparseopt {

#define GEN_PASS_DECL
#include "sparse-opt/Transforms/Permute/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "sparse-opt/Transforms/Permute/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_PERMUTE_PASSES_H
