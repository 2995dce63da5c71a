//===- PackedToNVVM.h - Packed layers to device kernels ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of packed layers to generated kernels for NVIDIA devices.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_PACKEDTONVVM_PACKEDTONVVM_H
#define SPARSEOPT_CONVERSION_PACKEDTONVVM_PACKEDTONVVM_H

#include "mlir/Pass/Pass.h"

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTPACKEDTONVVMPASS
#include "sparse-opt/Conversion/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_PACKEDTONVVM_PACKEDTONVVM_H
