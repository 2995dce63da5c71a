//===- CudaDriver.h - NVIDIA's driver interface, loaded -------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of the CUDA driver interface that libraries use, declared here: no
// CUDA header is needed to build, and no driver to load a library.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_RUNTIME_CUDADRIVER_H
#define SPARSEOPT_LIB_RUNTIME_CUDADRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int cuda_result;
typedef int cuda_device;
typedef void *cuda_context;
typedef void *cuda_module;
typedef void *cuda_function;
typedef void *cuda_stream;
typedef uint64_t cuda_pointer;

enum {
  CUDA_SUCCESS_CODE = 0,
  CUDA_OUT_OF_MEMORY_CODE = 2,
  CUDA_NO_DEVICE_CODE = 100,
  CUDA_NO_BINARY_CODE = 209
};

/* CUdevice_attribute, CUfunction_attribute, CUpointer_attribute, CUmemorytype,
   CUlaunchAttributeID. */
enum {
  CUDA_DEVICE_MAJOR = 75,
  CUDA_DEVICE_MINOR = 76,
  CUDA_FUNCTION_MAX_DYNAMIC_SHARED = 8,
  CUDA_POINTER_MEMORY_TYPE = 2,
  CUDA_MEMORY_HOST = 1,
  CUDA_LAUNCH_PROGRAMMATIC_SERIALIZATION = 6
};

/* CUlaunchAttribute: a value of 64 bytes behind its kind. */
typedef struct cuda_launch_attribute {
  int32_t id;
  char padding[4];
  union {
    char bytes[64];
    int32_t flag;
  } value;
} cuda_launch_attribute;

/* CUlaunchConfig. */
typedef struct cuda_launch_config {
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t shared_bytes;
  cuda_stream stream;
  cuda_launch_attribute *attributes;
  uint32_t num_attributes;
} cuda_launch_config;

/* CUDA_FUNCTION(result of dlsym, name here, arguments). */
#define CUDA_FUNCTIONS(CUDA_FUNCTION)                                          \
  CUDA_FUNCTION(cuInit, init, (unsigned flags))                                \
  CUDA_FUNCTION(cuGetErrorString, error_string,                                \
                (cuda_result error, const char **text))                        \
  CUDA_FUNCTION(cuDeviceGet, device_get, (cuda_device * device, int ordinal))  \
  CUDA_FUNCTION(cuDeviceGetName, device_name,                                  \
                (char *name, int size, cuda_device device))                    \
  CUDA_FUNCTION(cuDeviceGetAttribute, device_attribute,                        \
                (int *value, int attribute, cuda_device device))               \
  CUDA_FUNCTION(cuDevicePrimaryCtxRetain, retain_context,                      \
                (cuda_context * context, cuda_device device))                  \
  CUDA_FUNCTION(cuDevicePrimaryCtxRelease_v2, release_context,                 \
                (cuda_device device))                                          \
  CUDA_FUNCTION(cuCtxGetCurrent, get_context, (cuda_context * context))        \
  CUDA_FUNCTION(cuCtxGetDevice, context_device, (cuda_device * device))        \
  CUDA_FUNCTION(cuCtxPushCurrent_v2, push_context, (cuda_context context))     \
  CUDA_FUNCTION(cuCtxPopCurrent_v2, pop_context, (cuda_context * context))     \
  CUDA_FUNCTION(cuMemGetInfo_v2, memory_info, (size_t *free, size_t *total))   \
  CUDA_FUNCTION(cuMemAlloc_v2, allocate,                                       \
                (cuda_pointer * pointer, size_t size))                         \
  CUDA_FUNCTION(cuMemFree_v2, release, (cuda_pointer pointer))                 \
  CUDA_FUNCTION(cuMemcpyHtoD_v2, upload,                                       \
                (cuda_pointer target, const void *source, size_t size))        \
  CUDA_FUNCTION(cuMemcpyHtoDAsync_v2, upload_async,                            \
                (cuda_pointer target, const void *source, size_t size,         \
                 cuda_stream stream))                                          \
  CUDA_FUNCTION(                                                               \
      cuMemcpyDtoHAsync_v2, download_async,                                    \
      (void *target, cuda_pointer source, size_t size, cuda_stream stream))    \
  CUDA_FUNCTION(cuModuleLoadData, load_module,                                 \
                (cuda_module * module, const void *image))                     \
  CUDA_FUNCTION(cuModuleUnload, unload_module, (cuda_module module))           \
  CUDA_FUNCTION(                                                               \
      cuModuleGetFunction, module_function,                                    \
      (cuda_function * function, cuda_module module, const char *name))        \
  CUDA_FUNCTION(cuFuncSetAttribute, set_function_attribute,                    \
                (cuda_function function, int attribute, int value))            \
  CUDA_FUNCTION(cuLaunchKernelEx, launch,                                      \
                (const cuda_launch_config *config, cuda_function function,     \
                 void **parameters, void **extra))                             \
  CUDA_FUNCTION(cuStreamSynchronize, synchronize, (cuda_stream stream))        \
  CUDA_FUNCTION(cuStreamIsCapturing, is_capturing,                             \
                (cuda_stream stream, int *status))                             \
  CUDA_FUNCTION(                                                               \
      cuPointerGetAttributes, pointer_attributes,                              \
      (unsigned count, int *attributes, void **values, cuda_pointer pointer))  \
  CUDA_FUNCTION(cuTensorMapEncodeTiled, encode_tiled,                          \
                (void *map, int dtype, uint32_t rank, void *base,              \
                 const uint64_t *dims, const uint64_t *strides,                \
                 const uint32_t *box, const uint32_t *element_strides,         \
                 int interleave, int swizzle, int promotion, int fill))

typedef struct cuda_driver {
#define CUDA_FUNCTION(symbol, name, arguments) cuda_result(*name) arguments;
  /* The checker takes names out of macros for names of C++. */
  CUDA_FUNCTIONS(CUDA_FUNCTION) /* NOLINT(readability-identifier-naming) */
#undef CUDA_FUNCTION
} cuda_driver;

/* The driver, loaded and initialised once per process; NULL with the error of
   `library` set if there is none or no GPU. */
__attribute__((visibility("hidden"))) const cuda_driver *
sparseopt_rt_cuda_driver(const char *library);

/* NVIDIA's sentence for an error. */
__attribute__((visibility("hidden"))) const char *
sparseopt_rt_cuda_error(const cuda_driver *cuda, cuda_result error);

#endif /* SPARSEOPT_LIB_RUNTIME_CUDADRIVER_H */
