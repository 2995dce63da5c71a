//===- Profile.c - Times of steps -----------------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Libraries that are compiled with profiling add up the time of each step in their model.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <string.h>
#include <time.h>

RT_HIDDEN uint64_t sparseopt_rt_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

RT_HIDDEN void sparseopt_rt_profile(sparseopt_model *model, uint64_t step,
                                    uint64_t start) {
  uint64_t elapsed = sparseopt_rt_clock() - start;
  __atomic_fetch_add(&model->profile[step].calls, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&model->profile[step].nanoseconds, elapsed,
                     __ATOMIC_RELAXED);
}

RT_EXPORTED int sparseopt_profile_step(const sparseopt_model *model,
                                       uint64_t step, const char **name,
                                       uint64_t *calls, uint64_t *nanoseconds) {
  if (step >= model->info->num_profile_steps)
    return 0;
  *name = model->info->profile_names[step];
  *calls = __atomic_load_n(&model->profile[step].calls, __ATOMIC_RELAXED);
  *nanoseconds =
      __atomic_load_n(&model->profile[step].nanoseconds, __ATOMIC_RELAXED);
  return 1;
}

RT_EXPORTED void sparseopt_profile_reset(sparseopt_model *model) {
  if (model->profile)
    memset(model->profile, 0,
           model->info->num_profile_steps * sizeof(sparseopt_rt_step));
}
