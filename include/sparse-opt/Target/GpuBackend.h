//===- GpuBackend.h - GPU modules to machine code ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From kernels in the LLVM dialect to PTX, with LLVM, and from PTX to machine code,
// with NVIDIA's ptxas.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_GPUBACKEND_H
#define SPARSEOPT_TARGET_GPUBACKEND_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

#include <string>
#include <vector>

namespace sparseopt {

/// Whether `target` names an architecture of NVIDIA GPUs ("sm_90a").
bool isGpuTarget(llvm::StringRef target);

/// Whether LLVM knows the architecture; emits an error at `loc` if not.
mlir::LogicalResult checkGpuTarget(llvm::StringRef target, mlir::Location loc);

/// PTX of a module whose functions are in the LLVM dialect. A function that
/// GPUs do not have (a sine that no polynomial replaced) is an error where
/// it stands.
mlir::FailureOr<std::string> emitPtx(mlir::gpu::GPUModuleOp module,
                                     llvm::StringRef target);

/// Machine code (a cubin) of PTX. Fails at `loc` with ptxas' messages; warns of
/// kernels that spill and of serialised matrix instructions.
mlir::FailureOr<std::vector<char>>
assemblePtx(llvm::StringRef ptx, llvm::StringRef target, mlir::Location loc);

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_GPUBACKEND_H
