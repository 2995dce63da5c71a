//===- Kernels.cpp - Inner loops of calibration -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Written on vectors of eight doubles and compiled for three levels of x86-64;
// the CPU that runs chooses.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <cstring>

using namespace sparseopt::calibration;

#define SPARSEOPT_PER_CPU                                                      \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

using Vector = double __attribute__((vector_size(lanes * sizeof(double))));

/// References, since a vector by value has another calling convention on each
/// level.
static inline void load(const double *address, Vector &vector) {
  std::memcpy(&vector, address, sizeof(Vector));
}
static inline void store(const Vector &vector, double *address) {
  std::memcpy(address, &vector, sizeof(Vector));
}

SPARSEOPT_PER_CPU
void sparseopt::calibration::addMoments(const double *panel, int64_t tokens,
                                        const double *reciprocals,
                                        const Moments &moments) {
  Vector sum, sumsq, mean, deviation, x;
  load(moments.sum, sum);
  load(moments.sumsq, sumsq);
  load(moments.mean, mean);
  load(moments.deviation, deviation);
  for (int64_t t = 0; t < tokens; ++t) {
    load(panel + t * lanes, x);
    Vector delta = x - mean;
    mean += delta * reciprocals[t];
    deviation += delta * (x - mean);
    sum += x;
    sumsq += x * x;
  }
  store(sum, moments.sum);
  store(sumsq, moments.sumsq);
  store(mean, moments.mean);
  store(deviation, moments.deviation);
}

SPARSEOPT_PER_CPU
void sparseopt::calibration::addOuterProducts(const double *left,
                                              const double *right,
                                              int64_t tokens, double *gram,
                                              int64_t stride) {
  Vector tile[lanes];
  for (int64_t i = 0; i < lanes; ++i)
    load(gram + i * stride, tile[i]);
  for (int64_t t = 0; t < tokens; ++t) {
    Vector row;
    load(right + t * lanes, row);
    for (int64_t i = 0; i < lanes; ++i)
      tile[i] += left[t * lanes + i] * row;
  }
  for (int64_t i = 0; i < lanes; ++i)
    store(tile[i], gram + i * stride);
}
