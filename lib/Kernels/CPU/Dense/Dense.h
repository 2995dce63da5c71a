//===- Dense.h - Dense kernels with prepacked weights -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.dense" and its layout "dense_panel".
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_DENSE_DENSE_H
#define SPARSE_OPT_LIB_KERNELS_CPU_DENSE_DENSE_H

#include "sparse-opt/Kernels/KernelFamily.h"

#include <memory>

namespace sparseopt::cpu {

std::unique_ptr<Layout> createDensePanelLayout();
std::unique_ptr<KernelFamily> createDenseFamily();

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_DENSE_DENSE_H
