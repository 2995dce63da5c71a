//===- CudaDriver.c - NVIDIA's driver interface, loaded -------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds libcuda.so.1 when the first GPU model is opened, so that a machine
// without a driver gets a sentence and not a failure of the dynamic linker.
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"
#include "Runtime.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t driver_lock = PTHREAD_MUTEX_INITIALIZER;
static cuda_driver driver;
static int driver_is_loaded;

RT_HIDDEN const char *sparseopt_rt_cuda_error(const cuda_driver *cuda,
                                              cuda_result error) {
  const char *text = NULL;
  if (cuda->error_string(error, &text) != CUDA_SUCCESS_CODE || !text)
    return "unknown error of the CUDA driver";
  return text;
}

/* Fills `driver` and starts it; 0 with an error on failure. */
static int start_driver(void *handle, const char *library) {
  const char *missing = NULL;
#define CUDA_FUNCTION(symbol, name, arguments)                                 \
  if (!(*(void **)&driver.name = dlsym(handle, #symbol)))                      \
    missing = #symbol;
  CUDA_FUNCTIONS(CUDA_FUNCTION)
#undef CUDA_FUNCTION
  if (missing) {
    sparseopt_rt_failf("%s: NVIDIA's driver is too old: it has no %s (CUDA "
                       "12.0 or newer is needed)",
                       library, missing);
    return 0;
  }
  cuda_result error = driver.init(0);
  if (error == CUDA_NO_DEVICE_CODE) {
    sparseopt_rt_failf("%s: this library runs on an NVIDIA GPU, and this "
                       "machine has none",
                       library);
    return 0;
  }
  if (error != CUDA_SUCCESS_CODE) {
    sparseopt_rt_failf("%s: NVIDIA's driver cannot be used: %s", library,
                       sparseopt_rt_cuda_error(&driver, error));
    return 0;
  }
  return 1;
}

/* The driver stays loaded if it can be used. */
static int load_driver(const char *library) {
  void *handle = dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (!handle) {
    sparseopt_rt_failf("%s: this library runs on an NVIDIA GPU, but NVIDIA's "
                       "driver is not installed (%s)",
                       library, dlerror());
    return 0;
  }
  if (start_driver(handle, library))
    return 1;
  dlclose(handle);
  return 0;
}

RT_HIDDEN const cuda_driver *sparseopt_rt_cuda_driver(const char *library) {
  pthread_mutex_lock(&driver_lock);
  if (!driver_is_loaded)
    driver_is_loaded = load_driver(library);
  int is_loaded = driver_is_loaded;
  pthread_mutex_unlock(&driver_lock);
  return is_loaded ? &driver : NULL;
}
