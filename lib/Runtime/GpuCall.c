//===- GpuCall.c - One call of an entry on a GPU --------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Host arrays are copied through the workspace; launches go to the caller's
// stream. Nothing is allocated and, with arrays on the device, nothing waits,
// so that a stream can be captured into a graph.
//
//===----------------------------------------------------------------------===//

#include "Gpu.h"

/* Kernels copy and store words of this size. */
#define ARRAY_ALIGNMENT 16

static void fail(sparseopt_rt_gpu_call *call, cuda_result error,
                 const char *what) {
  if (error == CUDA_SUCCESS_CODE || call->status)
    return;
  call->status = SPARSEOPT_DEVICE_ERROR;
  sparseopt_rt_failf("%s: %s: %s", call->model->info->name, what,
                     sparseopt_rt_cuda_error(call->model->gpu->cuda, error));
}

/* Host memory that the driver does not know has no kind. */
static int is_host_memory(const cuda_driver *cuda, const void *pointer) {
  unsigned kind = 0;
  int attribute = CUDA_POINTER_MEMORY_TYPE;
  void *value = &kind;
  cuda_result error = cuda->pointer_attributes(
      1, &attribute, &value, (cuda_pointer)(uintptr_t)pointer);
  return error != CUDA_SUCCESS_CODE || kind == 0 || kind == CUDA_MEMORY_HOST;
}

/* Finds where each port is on the device; counts those in host memory. */
static uint64_t place_ports(const cuda_driver *cuda,
                            sparseopt_rt_gpu_port *ports, uint64_t num_ports,
                            char *staging) {
  const uint64_t alignment = 64;
  uint64_t num_host = 0;
  for (uint64_t i = 0; i < num_ports; ++i) {
    sparseopt_rt_gpu_port *port = &ports[i];
    port->device = port->given;
    if (port->size && is_host_memory(cuda, port->given)) {
      port->device = staging;
      ++num_host;
    }
    staging += (port->size + alignment - 1) / alignment * alignment;
  }
  return num_host;
}

static int refuse(const sparseopt_model *model, const char *why) {
  cuda_context context;
  sparseopt_rt_failf("%s: %s", model->info->name, why);
  model->gpu->cuda->pop_context(&context);
  return SPARSEOPT_INVALID_ARGUMENT;
}

RT_HIDDEN int sparseopt_rt_gpu_begin(sparseopt_rt_gpu_call *call,
                                     const sparseopt_model *model, void *stream,
                                     sparseopt_rt_gpu_port *ports,
                                     uint64_t num_inputs, uint64_t num_ports,
                                     void *staging) {
  const cuda_driver *cuda = model->gpu->cuda;
  call->model = model;
  call->stream = stream;
  call->status = SPARSEOPT_OK;
  cuda_result error = cuda->push_context(model->gpu->context);
  if (error != CUDA_SUCCESS_CODE) {
    fail(call, error, "the GPU cannot be used");
    return SPARSEOPT_DEVICE_ERROR;
  }
  if (staging && is_host_memory(cuda, staging))
    return refuse(model, "the workspace is host memory; a library for a GPU "
                         "needs memory of the GPU (sparseopt_alloc)");
  for (uint64_t i = 0; i < num_ports; ++i)
    if (ports[i].size && (uintptr_t)ports[i].given % ARRAY_ALIGNMENT != 0 &&
        !is_host_memory(cuda, ports[i].given))
      return refuse(model, "an array in memory of the GPU is not aligned to 16 "
                           "bytes");
  uint64_t num_host = place_ports(cuda, ports, num_ports, (char *)staging);
  int capturing = 0;
  if (num_host && cuda->is_capturing(stream, &capturing) == CUDA_SUCCESS_CODE &&
      capturing)
    return refuse(model, "arrays in host memory cannot be used while the "
                         "stream is captured into a graph");
  for (uint64_t i = 0; i < num_inputs; ++i)
    if (ports[i].device != ports[i].given)
      fail(call,
           cuda->upload_async((cuda_pointer)(uintptr_t)ports[i].device,
                              ports[i].given, ports[i].size, stream),
           "an input cannot be copied to the GPU");
  return SPARSEOPT_OK;
}

RT_HIDDEN int sparseopt_rt_gpu_end(sparseopt_rt_gpu_call *call, int status,
                                   sparseopt_rt_gpu_port *ports,
                                   uint64_t num_inputs, uint64_t num_ports) {
  const cuda_driver *cuda = call->model->gpu->cuda;
  cuda_context context;
  int copied = 0;
  for (uint64_t i = 0; i < num_ports; ++i) {
    if (ports[i].device == ports[i].given)
      continue;
    copied = 1;
    if (i >= num_inputs && !call->status && !status)
      fail(call,
           cuda->download_async(ports[i].given,
                                (cuda_pointer)(uintptr_t)ports[i].device,
                                ports[i].size, call->stream),
           "an output cannot be copied from the GPU");
  }
  if (copied)
    fail(call, cuda->synchronize(call->stream), "the GPU failed");
  cuda->pop_context(&context);
  return status ? status : (int)call->status;
}

RT_HIDDEN void sparseopt_rt_gpu_launch(sparseopt_rt_gpu_call *call,
                                       uint64_t kernel, const int64_t *shape,
                                       uint64_t shared_bytes, uint64_t overlap,
                                       void **parameters) {
  const sparseopt_rt_gpu_info *info = call->model->info->gpu;
  const sparseopt_rt_gpu *gpu = call->model->gpu;
  cuda_launch_config config = {.shared_bytes = (uint32_t)shared_bytes,
                               .stream = call->stream};
  cuda_launch_attribute attribute = {
      .id = CUDA_LAUNCH_PROGRAMMATIC_SERIALIZATION, .value.flag = 1};
  if (call->status)
    return;
  for (int i = 0; i < 6; ++i) {
    if (shape[i] <= 0)
      return;
    if (shape[i] > INT32_MAX) {
      sparseopt_rt_failf("%s: kernel %s: a grid of %lld blocks is too large",
                         call->model->info->name, info->kernels[kernel].name,
                         (long long)shape[i]);
      call->status = SPARSEOPT_DEVICE_ERROR;
      return;
    }
    (i < 3 ? config.grid : config.block)[i % 3] = (uint32_t)shape[i];
  }
  if (overlap) {
    config.attributes = &attribute;
    config.num_attributes = 1;
  }
  fail(call,
       gpu->cuda->launch(&config, gpu->functions[kernel], parameters, NULL),
       info->kernels[kernel].name);
}

RT_HIDDEN void sparseopt_rt_gpu_tensor_map(sparseopt_rt_gpu_call *call,
                                           void *map, void *base,
                                           const int64_t *description) {
  uint64_t dims[5] = {0}, strides[5] = {0};
  uint32_t box[5] = {0}, steps[5] = {1, 1, 1, 1, 1};
  const int64_t rank = description[1], *next = description + 2;
  if (call->status || rank < 1 || rank > 5)
    return;
  for (int64_t i = 0; i < rank; ++i)
    dims[i] = (uint64_t)*next++;
  for (int64_t i = 0; i + 1 < rank; ++i)
    strides[i] = (uint64_t)*next++;
  for (int64_t i = 0; i < rank; ++i)
    box[i] = (uint32_t)*next++;
  for (int64_t i = 0; i < rank; ++i)
    if (dims[i] == 0)
      return; /* Nothing will be launched on an empty array. */
  fail(call,
       call->model->gpu->cuda->encode_tiled(
           map, (int)description[0], (uint32_t)rank, base, dims, strides, box,
           steps, /*interleave=*/0, (int)next[0], (int)next[1], /*fill=*/0),
       "a tensor map cannot be made");
}
