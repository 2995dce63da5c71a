//===- Gpu.h - A model on a GPU -------------------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What opening and calling a model on a GPU share.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_RUNTIME_GPU_H
#define SPARSEOPT_LIB_RUNTIME_GPU_H

#include "CudaDriver.h"
#include "Runtime.h"

typedef struct sparseopt_rt_gpu {
  const cuda_driver *cuda;
  cuda_context context;
  cuda_device device;
  /* Whether `context` is the device's primary one, to be released. */
  int retained;
  cuda_pointer weights;
  cuda_module *modules;
  cuda_function *functions;
} sparseopt_rt_gpu;

#endif /* SPARSEOPT_LIB_RUNTIME_GPU_H */
