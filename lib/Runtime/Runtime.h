//===- Runtime.h - Inside of the run-time support -------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the C files of the run-time support share.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_RUNTIME_RUNTIME_H
#define SPARSEOPT_LIB_RUNTIME_RUNTIME_H

#include "sparse-opt/Runtime/LibraryInfo.h"

#define RT_HIDDEN __attribute__((weak, visibility("hidden")))
#define RT_EXPORTED __attribute__((weak, visibility("default")))

/* printf into the last error of this thread. */
__attribute__((format(printf, 1, 2), visibility("hidden"))) void
sparseopt_rt_failf(const char *format, ...);

/* Checks that the CPU has every extension of the comma-separated list. On
   failure writes the missing ones into `missing` and returns 0. */
__attribute__((visibility("hidden"))) int
sparseopt_rt_check_cpu(const char *features, char *missing, size_t size);

/* Unmaps the weights file, if one is mapped. */
__attribute__((visibility("hidden"))) void
sparseopt_rt_unmap(sparseopt_model *model);

#endif /* SPARSEOPT_LIB_RUNTIME_RUNTIME_H */
