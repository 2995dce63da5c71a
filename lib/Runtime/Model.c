//===- Model.c - Opening and closing a model ------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the weights of a library, checks that they are the ones that it was
// compiled with, and that this CPU can run its code.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "Runtime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char no_weights[64] __attribute__((aligned(64)));

/* Maps the whole file; returns 0 and sets the error on failure. */
static int map_file(sparseopt_model *model, const char *path) {
  struct stat status;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &status) != 0) {
    sparseopt_rt_failf("%s: cannot open weights file '%s': %s",
                       model->info->name, path, strerror(errno));
    if (file >= 0)
      close(file);
    return 0;
  }
  model->mapping_size = (size_t)status.st_size;
  if (model->mapping_size >= sizeof(sparseopt_rt_weights_header))
    model->mapping =
        mmap(NULL, model->mapping_size, PROT_READ, MAP_PRIVATE, file, 0);
  close(file);
  if (!model->mapping || model->mapping == MAP_FAILED) {
    model->mapping = NULL;
    sparseopt_rt_failf("%s: '%s' is too short to be a weights file",
                       model->info->name, path);
    return 0;
  }
  return 1;
}

static uint64_t hash_bytes(const unsigned char *bytes, uint64_t size) {
  sparseopt_rt_hash hash;
  sparseopt_rt_hash_begin(&hash);
  sparseopt_rt_hash_update(&hash, bytes, size);
  return sparseopt_rt_hash_end(&hash);
}

/* Checks header, size and hash of a mapped file. */
static int check_file(sparseopt_model *model, const char *path) {
  const sparseopt_rt_info *info = model->info;
  sparseopt_rt_weights_header header;
  memcpy(&header, model->mapping, sizeof(header));
  if (memcmp(header.magic, SPARSEOPT_WEIGHTS_MAGIC, sizeof(header.magic)) !=
          0 ||
      header.version != 1 || header.header_size != sizeof(header)) {
    sparseopt_rt_failf("%s: '%s' is not a weights file", info->name, path);
    return 0;
  }
  if (header.size != info->weights_size ||
      model->mapping_size != sizeof(header) + info->weights_size) {
    sparseopt_rt_failf(
        "%s: '%s' has %llu bytes of weights, the library was compiled with "
        "%llu",
        info->name, path,
        (unsigned long long)(model->mapping_size - sizeof(header)),
        (unsigned long long)info->weights_size);
    return 0;
  }
  const unsigned char *weights =
      (const unsigned char *)model->mapping + sizeof(header);
  if (header.hash != info->weights_hash ||
      hash_bytes(weights, info->weights_size) != info->weights_hash) {
    sparseopt_rt_failf("%s: '%s' holds other weights than the library was "
                       "compiled with (the hash differs)",
                       info->name, path);
    return 0;
  }
  model->weights = weights;
  return 1;
}

/* Path of the weights file beside the library that `info` lies in. */
static int find_weights_file(const sparseopt_rt_info *info, char *path,
                             size_t size) {
  Dl_info library;
  if (!dladdr(info, &library) || !library.dli_fname)
    return 0;
  const char *slash = strrchr(library.dli_fname, '/');
  int folder = slash ? (int)(slash - library.dli_fname) + 1 : 0;
  int written = snprintf(path, size, "%.*s%s", folder, library.dli_fname,
                         info->weights_file);
  return written > 0 && (size_t)written < size;
}

static int find_weights(sparseopt_model *model, const char *path) {
  const sparseopt_rt_info *info = model->info;
  char beside[PATH_MAX];
  if (info->weights_size == 0) {
    model->weights = no_weights;
    return 1;
  }
  if (!path && info->weights) {
    model->weights = info->weights;
    return 1;
  }
  if (!path && find_weights_file(info, beside, sizeof(beside)))
    path = beside;
  if (!path) {
    sparseopt_rt_failf("%s: this library needs its weights file; give its path "
                       "to the open function",
                       info->name);
    return 0;
  }
  return map_file(model, path) && check_file(model, path);
}

RT_HIDDEN sparseopt_model *sparseopt_rt_open(const sparseopt_rt_info *info,
                                             const char *weights_path) {
  char missing[512];
  if (!sparseopt_rt_check_cpu(info->features, missing, sizeof(missing))) {
    sparseopt_rt_failf("%s: this CPU lacks instructions that the library was "
                       "compiled for: %s",
                       info->name, missing);
    return NULL;
  }
  sparseopt_model *model = (sparseopt_model *)calloc(1, sizeof(*model));
  if (model && info->num_profile_steps)
    model->profile = (sparseopt_rt_step *)calloc(info->num_profile_steps,
                                                 sizeof(sparseopt_rt_step));
  if (!model || (info->num_profile_steps && !model->profile)) {
    free(model);
    sparseopt_rt_failf("%s: out of memory", info->name);
    return NULL;
  }
  model->info = info;
  if (!find_weights(model, weights_path)) {
    sparseopt_rt_close(model);
    return NULL;
  }
  return model;
}

RT_HIDDEN void sparseopt_rt_unmap(sparseopt_model *model) {
  if (model->mapping)
    munmap(model->mapping, model->mapping_size);
  model->mapping = NULL;
}

RT_HIDDEN void sparseopt_rt_close(sparseopt_model *model) {
  if (!model)
    return;
  if (model->device)
    model->device->close(model);
  sparseopt_rt_unmap(model);
  free(model->profile);
  free(model);
}

RT_EXPORTED void *sparseopt_alloc(const sparseopt_model *model, size_t size) {
  const size_t alignment = 64;
  if (model->device)
    return model->device->allocate(model, size);
  size_t rounded = (size + alignment - 1) / alignment * alignment;
  void *memory = rounded < size
                     ? NULL
                     : aligned_alloc(alignment, rounded ? rounded : alignment);
  if (!memory)
    sparseopt_rt_failf("%s: out of memory: %zu bytes are needed",
                       model->info->name, size);
  return memory;
}

RT_EXPORTED void sparseopt_free(const sparseopt_model *model, void *memory) {
  if (model->device)
    model->device->release(model, memory);
  else
    free(memory);
}
