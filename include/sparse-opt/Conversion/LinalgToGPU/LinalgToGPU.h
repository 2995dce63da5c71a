//===- LinalgToGPU.h - Array programs to GPU kernels ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a model does outside its linear layers, as kernels for a GPU.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_LINALGTOGPU_LINALGTOGPU_H
#define SPARSEOPT_CONVERSION_LINALGTOGPU_LINALGTOGPU_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTKERNELSTONVVMPASS
#define GEN_PASS_DECL_CONVERTLINALGTOGPUPASS
#define GEN_PASS_DECL_EXPANDGPUREDUCTIONSPASS
#include "sparse-opt/Conversion/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_LINALGTOGPU_LINALGTOGPU_H
