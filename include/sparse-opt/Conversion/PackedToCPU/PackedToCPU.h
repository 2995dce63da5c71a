//===- PackedToCPU.h - Packed layers to CPU kernels -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of the packed dialect to calls of generated kernels.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CONVERSION_PACKEDTOCPU_PACKEDTOCPU_H
#define SPARSEOPT_CONVERSION_PACKEDTOCPU_PACKEDTOCPU_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace sparseopt {

#define GEN_PASS_DECL_CONVERTPACKEDTOCPUPASS
#include "sparse-opt/Conversion/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_CONVERSION_PACKEDTOCPU_PACKEDTOCPU_H
