//===- KernelBuilder.h - One linalg op as a kernel --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses how the iterations of an op are spread over threads, and writes the
// body of the kernel.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_CONVERSION_LINALGTOGPU_KERNELBUILDER_H
#define SPARSEOPT_LIB_CONVERSION_LINALGTOGPU_KERNELBUILDER_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace sparseopt {

/// Writes `op`, which has buffer semantics, as a `gpu.launch` before it. `op`
/// itself is left alone. Results must be indexed by parallel dimensions only;
/// null with a diagnostic if they are not.
mlir::gpu::LaunchOp buildLaunch(mlir::OpBuilder &builder,
                                mlir::linalg::GenericOp op);

/// A launch of one thread with an empty body; the builder is left inside.
mlir::gpu::LaunchOp buildSingleThread(mlir::OpBuilder &builder,
                                      mlir::Location loc);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_CONVERSION_LINALGTOGPU_KERNELBUILDER_H
