//===- Passes.h - Conversion passes -----------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the conversion passes.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_PASSES_H
#define SPARSEOPT_CONVERSION_PASSES_H

#include "sparse-opt/Conversion/GPUToRuntime/GPUToRuntime.h"
#include "sparse-opt/Conversion/LinalgToGPU/LinalgToGPU.h"
#include "sparse-opt/Conversion/NVSPToLLVM/NVSPToLLVM.h"
#include "sparse-opt/Conversion/PackedToCPU/PackedToCPU.h"
#include "sparse-opt/Conversion/PackedToNVVM/PackedToNVVM.h"
#include "sparse-opt/Conversion/SparsityToLinalg/SparsityToLinalg.h"
#include "sparse-opt/Conversion/SparsityToSparseTensor/SparsityToSparseTensor.h"

namespace sparseopt {

#define GEN_PASS_REGISTRATION
#include "sparse-opt/Conversion/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_PASSES_H
