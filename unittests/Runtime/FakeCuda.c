//===- FakeCuda.c - A driver without a GPU --------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stands in for libcuda.so.1 in tests. "Device" memory is the heap, launches
// are written down and not run. Environment:
//   FAKE_CUDA_LOG         file that calls are appended to
//   FAKE_CUDA_FAIL        "function=error": that function fails
//   FAKE_CUDA_CAPABILITY  "9.0"
//   FAKE_CUDA_CAPTURING   if set, streams are being captured
//
//===----------------------------------------------------------------------===//

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

/* The driver's names and those of C. NOLINTBEGIN(readability-identifier-naming) */
typedef int result;
enum { MAX_ALLOCATIONS = 64, ARENA_SIZE = 1 << 24 };

static struct {
  char *begin;
  size_t size;
} allocations[MAX_ALLOCATIONS];

static void write_log(const char *format, ...) {
  const char *path = getenv("FAKE_CUDA_LOG");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file)
    return;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(file, format, arguments);
  va_end(arguments);
  fputc('\n', file);
  fclose(file);
}

static result get_failure(const char *name) {
  const char *wanted = getenv("FAKE_CUDA_FAIL");
  size_t length = strlen(name);
  if (wanted && strncmp(wanted, name, length) == 0 && wanted[length] == '=')
    return atoi(wanted + length + 1);
  return 0;
}

#define MAY_FAIL()                                                             \
  do {                                                                         \
    result failure = get_failure(__func__);                                    \
    if (failure)                                                               \
      return failure;                                                          \
  } while (0)

EXPORTED result cuInit(unsigned flags) {
  (void)flags;
  MAY_FAIL();
  return 0;
}
EXPORTED result cuGetErrorString(result error, const char **text) {
  *text = error == 2 ? "out of memory" : "a fake error";
  return 0;
}
EXPORTED result cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return 0;
}
EXPORTED result cuDeviceGetName(char *name, int size, int device) {
  snprintf(name, (size_t)size, "Fake GPU %d", device);
  return 0;
}
EXPORTED result cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)device;
  const char *capability = getenv("FAKE_CUDA_CAPABILITY");
  int major = 9, minor = 0;
  if (capability)
    sscanf(capability, "%d.%d", &major, &minor);
  *value = attribute == 75 ? major : attribute == 76 ? minor : 0;
  return 0;
}
EXPORTED result cuDevicePrimaryCtxRetain(void **context, int device) {
  (void)device;
  MAY_FAIL();
  *context = allocations;
  write_log("retain");
  return 0;
}
EXPORTED result cuDevicePrimaryCtxRelease_v2(int device) {
  (void)device;
  write_log("release");
  return 0;
}
static __thread void *current;
static __thread int depth;
EXPORTED result cuCtxGetCurrent(void **context) {
  *context = current;
  return 0;
}
EXPORTED result cuCtxGetDevice(int *device) {
  *device = 0;
  return 0;
}
EXPORTED result cuCtxPushCurrent_v2(void *context) {
  MAY_FAIL();
  current = context;
  ++depth;
  return 0;
}
EXPORTED result cuCtxPopCurrent_v2(void **context) {
  *context = current;
  if (--depth == 0)
    current = NULL;
  return depth < 0 ? 201 : 0;
}
EXPORTED result cuMemGetInfo_v2(size_t *available, size_t *total) {
  *available = 4096;
  *total = ARENA_SIZE;
  return 0;
}
EXPORTED result cuMemAlloc_v2(uint64_t *pointer, size_t size) {
  MAY_FAIL();
  if (size > ARENA_SIZE)
    return 2;
  for (int i = 0; i < MAX_ALLOCATIONS; ++i)
    if (!allocations[i].begin) {
      allocations[i].begin = (char *)malloc(size);
      allocations[i].size = size;
      *pointer = (uint64_t)(uintptr_t)allocations[i].begin;
      write_log("alloc %zu", size);
      return 0;
    }
  return 2;
}
EXPORTED result cuMemFree_v2(uint64_t pointer) {
  for (int i = 0; i < MAX_ALLOCATIONS; ++i)
    if (allocations[i].begin == (char *)(uintptr_t)pointer) {
      write_log("free %zu", allocations[i].size);
      free(allocations[i].begin);
      allocations[i].begin = NULL;
      return 0;
    }
  return 1;
}
static int is_device(uint64_t pointer) {
  for (int i = 0; i < MAX_ALLOCATIONS; ++i) {
    uint64_t begin = (uint64_t)(uintptr_t)allocations[i].begin;
    if (begin && pointer >= begin && pointer < begin + allocations[i].size)
      return 1;
  }
  return 0;
}
EXPORTED result cuMemcpyHtoD_v2(uint64_t target, const void *source,
                                size_t size) {
  MAY_FAIL();
  if (!is_device(target))
    return 1;
  memcpy((void *)(uintptr_t)target, source, size);
  write_log("upload %zu", size);
  return 0;
}
EXPORTED result cuMemcpyHtoDAsync_v2(uint64_t target, const void *source,
                                     size_t size, void *stream) {
  (void)stream;
  return cuMemcpyHtoD_v2(target, source, size);
}
EXPORTED result cuMemcpyDtoHAsync_v2(void *target, uint64_t source, size_t size,
                                     void *stream) {
  (void)stream;
  if (!is_device(source))
    return 1;
  memcpy(target, (const void *)(uintptr_t)source, size);
  write_log("download %zu", size);
  return 0;
}
EXPORTED result cuModuleLoadData(void **module, const void *image) {
  MAY_FAIL();
  *module = (void *)(uintptr_t)image;
  write_log("load");
  return 0;
}
EXPORTED result cuModuleUnload(void *module) {
  (void)module;
  write_log("unload");
  return 0;
}
EXPORTED result cuModuleGetFunction(void **function, void *module,
                                    const char *name) {
  (void)module;
  MAY_FAIL();
  *function = (void *)(uintptr_t)name;
  return 0;
}
EXPORTED result cuFuncSetAttribute(void *function, int attribute, int value) {
  write_log("attribute %s %d %d", (const char *)function, attribute, value);
  return 0;
}
typedef struct launch_config {
  unsigned grid[3], block[3], shared_bytes;
  void *stream;
  const int32_t *attributes;
  unsigned num_attributes;
} launch_config;
EXPORTED result cuLaunchKernelEx(const launch_config *config, void *function,
                                 void **parameters, void **extra) {
  (void)extra;
  (void)parameters;
  MAY_FAIL();
  write_log("launch %s grid %u %u %u block %u %u %u shared %u attributes %u",
            (const char *)function, config->grid[0], config->grid[1],
            config->grid[2], config->block[0], config->block[1],
            config->block[2], config->shared_bytes,
            config->num_attributes ? (unsigned)config->attributes[0] : 0);
  return 0;
}
EXPORTED result cuStreamSynchronize(void *stream) {
  (void)stream;
  MAY_FAIL();
  write_log("synchronize");
  return 0;
}
EXPORTED result cuStreamIsCapturing(void *stream, int *status) {
  (void)stream;
  *status = getenv("FAKE_CUDA_CAPTURING") ? 1 : 0;
  return 0;
}
EXPORTED result cuPointerGetAttributes(unsigned count, int *attributes,
                                       void **values, uint64_t pointer) {
  (void)count;
  (void)attributes;
  *(unsigned *)values[0] = is_device(pointer) ? 2 : 0;
  return 0;
}
#ifndef FAKE_CUDA_OLD
EXPORTED result cuTensorMapEncodeTiled(void *map, int dtype, uint32_t rank,
                                       void *base, const uint64_t *dims,
                                       const uint64_t *strides,
                                       const uint32_t *box,
                                       const uint32_t *steps, int interleave,
                                       int swizzle, int promotion, int fill) {
  MAY_FAIL();
  memset(map, 0x5a, 128);
  write_log("map %d rank %u device %d dims %llu strides %llu box %u steps %u "
            "%d %d %d %d",
            dtype, rank, is_device((uint64_t)(uintptr_t)base),
            (unsigned long long)dims[rank - 1], (unsigned long long)strides[0],
            box[rank - 1], steps[0], interleave, swizzle, promotion, fill);
  return 0;
}
#endif
/* NOLINTEND(readability-identifier-naming) */
