//===- Gpu.c - Opening a model on a GPU -----------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks that the GPU can run the code, loads it, and copies the weights to the
// GPU, once. Whatever is missing becomes a sentence.
//
//===----------------------------------------------------------------------===//

#include "Gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sets the error of a failed step and returns 0; returns 1 for success. */
static int check(const sparseopt_model *model, cuda_result error,
                 const char *what) {
  if (error == CUDA_SUCCESS_CODE)
    return 1;
  sparseopt_rt_failf("%s: %s: %s", model->info->name, what,
                     sparseopt_rt_cuda_error(model->gpu->cuda, error));
  return 0;
}

/* Allocates memory of the GPU; the error says how much was free. */
static cuda_pointer allocate(const sparseopt_model *model, size_t size,
                             const char *what) {
  const cuda_driver *cuda = model->gpu->cuda;
  cuda_pointer pointer = 0;
  cuda_result error = cuda->allocate(&pointer, size ? size : 1);
  if (error == CUDA_SUCCESS_CODE)
    return pointer;
  size_t available = 0, total = 0;
  if (error == CUDA_OUT_OF_MEMORY_CODE &&
      cuda->memory_info(&available, &total) == CUDA_SUCCESS_CODE)
    sparseopt_rt_failf("%s: the GPU is out of memory: %s need %zu bytes, %zu "
                       "of %zu are free",
                       model->info->name, what, size, available, total);
  else
    check(model, error, "memory of the GPU cannot be allocated");
  return 0;
}

static void *allocate_for_user(const sparseopt_model *model, size_t size) {
  sparseopt_rt_gpu *gpu = model->gpu;
  if (!check(model, gpu->cuda->push_context(gpu->context),
             "the GPU cannot be used"))
    return NULL;
  cuda_pointer pointer = allocate(model, size, "the arrays");
  cuda_context popped;
  gpu->cuda->pop_context(&popped);
  return (void *)(uintptr_t)pointer;
}

static void release_for_user(const sparseopt_model *model, void *memory) {
  sparseopt_rt_gpu *gpu = model->gpu;
  if (!memory || gpu->cuda->push_context(gpu->context) != CUDA_SUCCESS_CODE)
    return;
  cuda_context popped;
  gpu->cuda->release((cuda_pointer)(uintptr_t)memory);
  gpu->cuda->pop_context(&popped);
}

static void close_gpu(sparseopt_model *model) {
  sparseopt_rt_gpu *gpu = model->gpu;
  const sparseopt_rt_gpu_info *info = model->info->gpu;
  if (gpu->context &&
      gpu->cuda->push_context(gpu->context) == CUDA_SUCCESS_CODE) {
    for (uint64_t i = 0; gpu->modules && i < info->num_images; ++i)
      if (gpu->modules[i])
        gpu->cuda->unload_module(gpu->modules[i]);
    if (gpu->weights)
      gpu->cuda->release(gpu->weights);
    cuda_context popped;
    gpu->cuda->pop_context(&popped);
  }
  if (gpu->retained)
    gpu->cuda->release_context(gpu->device);
  free(gpu->modules);
  free(gpu->functions);
  free(gpu);
}

static const sparseopt_rt_device gpu_device = {allocate_for_user,
                                               release_for_user, close_gpu};

/* Takes the caller's context, else the primary one of the first GPU; makes it
   current. */
static int enter_context(sparseopt_model *model) {
  sparseopt_rt_gpu *gpu = model->gpu;
  const cuda_driver *cuda = gpu->cuda;
  cuda_context current = NULL;
  if (cuda->get_context(&current) != CUDA_SUCCESS_CODE)
    current = NULL;
  if (!current) {
    if (!check(model, cuda->device_get(&gpu->device, 0),
               "the GPU cannot be used") ||
        !check(model, cuda->retain_context(&gpu->context, gpu->device),
               "the GPU cannot be used"))
      return 0;
    gpu->retained = 1;
  }
  if (current)
    gpu->context = current;
  if (!check(model, cuda->push_context(gpu->context), "the GPU cannot be used"))
    return 0;
  return gpu->retained || check(model, cuda->context_device(&gpu->device),
                                "the GPU cannot be used");
}

/* "sm_90a" runs on 9.0 alone, "sm_80" on 8.0 and later 8.x. */
static int check_architecture(sparseopt_model *model) {
  const cuda_driver *cuda = model->gpu->cuda;
  const char *target = model->info->gpu->target;
  int number = 0, major = 0, minor = 0;
  char suffix = '\0', name[128] = "";
  if (sscanf(target, "sm_%d%c", &number, &suffix) < 1) {
    sparseopt_rt_failf("%s: '%s' is not an architecture of NVIDIA GPUs",
                       model->info->name, target);
    return 0;
  }
  if (!check(
          model,
          cuda->device_attribute(&major, CUDA_DEVICE_MAJOR, model->gpu->device),
          "the GPU cannot be used") ||
      !check(
          model,
          cuda->device_attribute(&minor, CUDA_DEVICE_MINOR, model->gpu->device),
          "the GPU cannot be used"))
    return 0;
  int fits = major == number / 10 &&
             (suffix ? minor == number % 10 : minor >= number % 10);
  if (fits)
    return 1;
  cuda->device_name(name, sizeof(name), model->gpu->device);
  sparseopt_rt_failf("%s: this library was compiled for %s (compute capability "
                     "%d.%d%s); the GPU, %s, has %d.%d",
                     model->info->name, target, number / 10, number % 10,
                     suffix ? "" : " or a later one of the same generation",
                     name, major, minor);
  return 0;
}

static int load_code(sparseopt_model *model) {
  sparseopt_rt_gpu *gpu = model->gpu;
  const sparseopt_rt_gpu_info *info = model->info->gpu;
  gpu->modules = (cuda_module *)calloc(info->num_images + 1, sizeof(void *));
  gpu->functions =
      (cuda_function *)calloc(info->num_kernels + 1, sizeof(void *));
  if (!gpu->modules || !gpu->functions) {
    sparseopt_rt_failf("%s: out of memory", model->info->name);
    return 0;
  }
  for (uint64_t i = 0; i < info->num_images; ++i)
    if (!check(model, gpu->cuda->load_module(&gpu->modules[i], info->images[i]),
               "the GPU code cannot be loaded"))
      return 0;
  for (uint64_t i = 0; i < info->num_kernels; ++i) {
    const sparseopt_rt_gpu_kernel *kernel = &info->kernels[i];
    if (!check(model,
               gpu->cuda->module_function(&gpu->functions[i],
                                          gpu->modules[kernel->image],
                                          kernel->name),
               kernel->name) ||
        !check(model,
               gpu->cuda->set_function_attribute(
                   gpu->functions[i], CUDA_FUNCTION_MAX_DYNAMIC_SHARED,
                   (int)kernel->shared_bytes),
               kernel->name))
      return 0;
  }
  return 1;
}

/* Copies the weights; the host's copy is needed no more. */
static int upload_weights(sparseopt_model *model) {
  sparseopt_rt_gpu *gpu = model->gpu;
  uint64_t size = model->info->weights_size;
  if (size == 0)
    return 1;
  gpu->weights = allocate(model, size, "the weights");
  /* The copy may return before the weights have arrived, and a stream of the
     caller does not wait for it. */
  const char *failure = "the weights cannot be copied to the GPU";
  if (!gpu->weights ||
      !check(model, gpu->cuda->upload(gpu->weights, model->weights, size),
             failure) ||
      !check(model, gpu->cuda->synchronize(NULL), failure))
    return 0;
  model->weights = (const unsigned char *)(uintptr_t)gpu->weights;
  sparseopt_rt_unmap(model);
  return 1;
}

RT_HIDDEN sparseopt_model *sparseopt_rt_open_gpu(const sparseopt_rt_info *info,
                                                 const char *weights_path) {
  const cuda_driver *cuda = sparseopt_rt_cuda_driver(info->name);
  if (!cuda)
    return NULL;
  sparseopt_model *model = sparseopt_rt_open(info, weights_path);
  if (!model)
    return NULL;
  model->gpu = (sparseopt_rt_gpu *)calloc(1, sizeof(sparseopt_rt_gpu));
  if (!model->gpu) {
    sparseopt_rt_failf("%s: out of memory", info->name);
    sparseopt_rt_close(model);
    return NULL;
  }
  model->gpu->cuda = cuda;
  model->device = &gpu_device;
  cuda_context popped;
  int entered = enter_context(model);
  int ready = entered && check_architecture(model) && load_code(model) &&
              upload_weights(model);
  if (entered)
    cuda->pop_context(&popped);
  if (!ready) {
    sparseopt_rt_close(model);
    return NULL;
  }
  return model;
}
