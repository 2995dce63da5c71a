//===- CPUKernels.cpp - The CPU kernel families -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adds the CPU families and layouts to a registry.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/Registry.h"

#include "BitmapRow/BitmapRow.h"
#include "Dense/Dense.h"
#include "MaskTile/MaskTile.h"
#include "NMPermute/NMPermute.h"
#include "NMRow/NMRow.h"

using namespace sparseopt;

void sparseopt::addCPUKernels(KernelRegistry &registry) {
  registry.addLayout(cpu::createDensePanelLayout());
  registry.addLayout(cpu::createMaskTileLayout());
  registry.addLayout(cpu::createNMPermuteLayout());
  registry.addLayout(cpu::createNMRowLayout());
  registry.addLayout(cpu::createBitmapRowLayout());
  registry.addFamily(cpu::createDenseFamily());
  registry.addFamily(cpu::createMaskTileFamily());
  registry.addFamily(cpu::createNMPermuteFamily());
  registry.addFamily(cpu::createNMRowFamily());
  registry.addFamily(cpu::createBitmapRowFamily());
}
