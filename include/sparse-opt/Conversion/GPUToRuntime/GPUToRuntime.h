//===- GPUToRuntime.h - Launches to run-time calls --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launches of kernels as calls of the run-time support.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_GPUTORUNTIME_GPUTORUNTIME_H
#define SPARSEOPT_CONVERSION_GPUTORUNTIME_GPUTORUNTIME_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTGPUTORUNTIMEPASS
#include "sparse-opt/Conversion/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_GPUTORUNTIME_GPUTORUNTIME_H
