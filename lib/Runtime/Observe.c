//===- Observe.c - Observed activations -----------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Libraries that are compiled from an instrumented model show their activations
// to the function that is set here.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

static sparseopt_observer current_observer;
static void *current_context;

RT_EXPORTED void sparseopt_set_observer(sparseopt_observer observer,
                                        void *context) {
  current_observer = observer;
  current_context = context;
}

RT_HIDDEN void sparseopt_rt_observe(uint64_t observation, const void *values,
                                    uint64_t tokens, uint64_t features) {
  if (current_observer)
    current_observer(current_context, observation, values, tokens, features);
}
