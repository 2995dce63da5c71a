//===- LibraryInfo.h - What a library knows of itself ---------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain C, shared by the run-time support that every emitted library contains
// and by the compiler that writes the tables. Nothing in here is seen by users
// of a library: its header is generated.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_RUNTIME_LIBRARYINFO_H
#define SPARSEOPT_RUNTIME_LIBRARYINFO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPARSEOPT_ABI_VERSION 1

/* Status of every function that returns int. */
enum {
  SPARSEOPT_OK = 0,
  SPARSEOPT_INVALID_ARGUMENT = 1,
  SPARSEOPT_NOT_SUPPORTED = 2,
  SPARSEOPT_ASSERTION_FAILED = 3,
  SPARSEOPT_DEVICE_ERROR = 4
};

/* A kernel of a GPU library. */
typedef struct sparseopt_rt_gpu_kernel {
  const char *name;
  /* Index of the image that holds it. */
  uint64_t image;
  /* Largest dynamic shared memory of its launches, in bytes. */
  uint64_t shared_bytes;
} sparseopt_rt_gpu_kernel;

/* Machine code for a GPU; written by the compiler. */
typedef struct sparseopt_rt_gpu_info {
  /* "sm_90a"; with the suffix the code runs on that compute capability only,
     else on later ones of the same major version, too. */
  const char *target;
  const unsigned char *const *images;
  uint64_t num_images;
  const sparseopt_rt_gpu_kernel *kernels;
  uint64_t num_kernels;
} sparseopt_rt_gpu_info;

/* Written by the compiler as one constant per library. */
typedef struct sparseopt_rt_info {
  uint64_t abi_version;
  const char *name;
  /* JSON: entries with names, types and shapes. */
  const char *description;
  /* Instruction set extensions that the code uses, separated by commas. */
  const char *features;
  /* The embedded weights, aligned to 64 bytes; NULL if they are in a file. */
  const unsigned char *weights;
  uint64_t weights_size;
  uint64_t weights_hash;
  /* Name of the weights file beside the library; NULL if embedded. */
  const char *weights_file;
  /* Names of the timed steps; NULL without profiling. */
  const char *const *profile_names;
  uint64_t num_profile_steps;
  /* NULL in a library for the CPU. */
  const sparseopt_rt_gpu_info *gpu;
} sparseopt_rt_info;

/* Time of one step, summed over calls. */
typedef struct sparseopt_rt_step {
  uint64_t calls;
  uint64_t nanoseconds;
} sparseopt_rt_step;

struct sparseopt_model;

/* What a model on a device does otherwise. */
typedef struct sparseopt_rt_device {
  void *(*allocate)(const struct sparseopt_model *model, size_t size);
  void (*release)(const struct sparseopt_model *model, void *memory);
  void (*close)(struct sparseopt_model *model);
} sparseopt_rt_device;

/* An open model. The compiler relies on `weights` being the first member: their
   address in the memory that the code works on. */
typedef struct sparseopt_model {
  const unsigned char *weights;
  const sparseopt_rt_info *info;
  void *mapping;
  size_t mapping_size;
  sparseopt_rt_step *profile;
  /* NULL on the CPU. */
  const sparseopt_rt_device *device;
  struct sparseopt_rt_gpu *gpu;
} sparseopt_model;

/* The first 64 bytes of a weights file; data follows at once. All numbers are
   little-endian. */
typedef struct sparseopt_rt_weights_header {
  char magic[8];
  uint32_t version;
  uint32_t header_size;
  uint64_t size;
  uint64_t hash;
  uint8_t zero[32];
} sparseopt_rt_weights_header;

#define SPARSEOPT_WEIGHTS_MAGIC "SPOPTWTS"

/* Opens a model: checks the CPU, then finds and checks the weights. Returns
   NULL with a sentence in sparseopt_last_error() if something is missing. */
sparseopt_model *sparseopt_rt_open(const sparseopt_rt_info *info,
                                   const char *weights_path);
void sparseopt_rt_close(sparseopt_model *model);

/* Memory for workspaces and arrays where the model runs: aligned host memory,
   or memory of the GPU. NULL with an error if there is not enough. */
void *sparseopt_alloc(const sparseopt_model *model, size_t size);
void sparseopt_free(const sparseopt_model *model, void *memory);

/* Opens a model on the GPU of the current CUDA context, else on the first one:
   checks the driver and the architecture, loads the code, and copies the
   weights. */
sparseopt_model *sparseopt_rt_open_gpu(const sparseopt_rt_info *info,
                                       const char *weights_path);

/* One call of an entry on a GPU. */
typedef struct sparseopt_rt_gpu_call {
  const sparseopt_model *model;
  void *stream;
  /* Status so far; after a failure nothing more is launched. */
  uint64_t status;
} sparseopt_rt_gpu_call;

/* An input or output of a call. */
typedef struct sparseopt_rt_gpu_port {
  /* What the caller passed, and where it is on the device. */
  void *given;
  void *device;
  uint64_t size;
} sparseopt_rt_gpu_port;

/* Begins a call: checks the workspace and copies inputs in host memory into the
   `staging` area, which has room for all ports, each rounded up to 64 bytes.
   Sets `device` of every port. Returns a status; if it is 0,
   sparseopt_rt_gpu_end must follow. */
int sparseopt_rt_gpu_begin(sparseopt_rt_gpu_call *call,
                           const sparseopt_model *model, void *stream,
                           sparseopt_rt_gpu_port *ports, uint64_t num_inputs,
                           uint64_t num_ports, void *staging);
/* Copies outputs back to host memory, waiting for the stream if there are any.
   Returns the status of the call; `status` is what the program returned. */
int sparseopt_rt_gpu_end(sparseopt_rt_gpu_call *call, int status,
                         sparseopt_rt_gpu_port *ports, uint64_t num_inputs,
                         uint64_t num_ports);

/* Launches a kernel. `shape` is grid x, y, z and block x, y, z; an empty grid
   launches nothing. `overlap`: programmatic dependent launch. */
void sparseopt_rt_gpu_launch(sparseopt_rt_gpu_call *call, uint64_t kernel,
                             const int64_t *shape, uint64_t shared_bytes,
                             uint64_t overlap, void **parameters);

/* Encodes a tensor map of 128 bytes, for row-major arrays without gaps in the
   first dimension. `description`: CUtensorMapDataType, rank, dims (innermost
   first), byte strides of all but the first, box, CUtensorMapSwizzle,
   CUtensorMapL2promotion. Elements outside read as zero. */
void sparseopt_rt_gpu_tensor_map(sparseopt_rt_gpu_call *call, void *map,
                                 void *base, const int64_t *description);

/* Stores a message for sparseopt_last_error() of this thread. */
void sparseopt_rt_fail(const char *message);
/* Prints a message and ends the process: a failed assertion in a place that
   cannot return. */
void sparseopt_rt_abort(const char *message);

/* Reads the times of a step; 0 if there is no such step, as always in
   libraries compiled without profiling. */
int sparseopt_profile_step(const sparseopt_model *model, uint64_t step,
                           const char **name, uint64_t *calls,
                           uint64_t *nanoseconds);
/* Sets all times to zero. */
void sparseopt_profile_reset(sparseopt_model *model);

/* Monotonic clock, and adding of the time since `start` to a step. */
uint64_t sparseopt_rt_clock(void);
void sparseopt_rt_profile(sparseopt_model *model, uint64_t step,
                          uint64_t start);

/* Receives the values of an activation: `tokens` rows of `features` elements,
   row after row, which are the input of the layers of an instrumented library.
   `observation` counts the observed activations in the order of the program. */
typedef void (*sparseopt_observer)(void *context, uint64_t observation,
                                   const void *values, uint64_t tokens,
                                   uint64_t features);
/* Sets the observer of all models of this library; NULL for none. Not while
   another thread runs one. */
void sparseopt_set_observer(sparseopt_observer observer, void *context);
/* Called by instrumented code. */
void sparseopt_rt_observe(uint64_t observation, const void *values,
                          uint64_t tokens, uint64_t features);

/* The last message of this thread; never NULL. */
const char *sparseopt_last_error(void);

/* Hash of weights, XXH64 with seed 0, restricted to sizes that are
   multiples of 32 bytes, which weights always are. */
typedef struct sparseopt_rt_hash {
  uint64_t lane[4];
  uint64_t size;
} sparseopt_rt_hash;
void sparseopt_rt_hash_begin(sparseopt_rt_hash *state);
void sparseopt_rt_hash_update(sparseopt_rt_hash *state, const void *data,
                              uint64_t size);
uint64_t sparseopt_rt_hash_end(const sparseopt_rt_hash *state);

#ifdef __cplusplus
}
#endif

#endif /* SPARSEOPT_RUNTIME_LIBRARYINFO_H */
