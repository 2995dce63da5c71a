//===- NVIDIAKernels.cpp - Kernels for NVIDIA devices -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adds the families and layouts for NVIDIA devices to a registry.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/NVIDIA/Layouts.h"
#include "sparse-opt/Kernels/Registry.h"

#include "MmaGemm/MmaGemm.h"
#include "WgmmaGemm/WgmmaGemm.h"
#include "WgmmaStream/WgmmaStream.h"

using namespace sparseopt;

void sparseopt::addNVIDIAKernels(KernelRegistry &registry) {
  registry.addLayout(nvidia::createWgmmaSpLayout());
  registry.addLayout(nvidia::createMmaSpLayout());
  registry.addFamily(nvidia::createWgmmaStreamFamily());
  registry.addFamily(nvidia::createWgmmaGemmFamily());
  registry.addFamily(nvidia::createMmaGemmFamily());
}
