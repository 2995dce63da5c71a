//===- Cpu.c - Which extensions this CPU has ------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads cpuid itself: the compiler's support library would be one more
// dependency.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <cpuid.h>
#include <stdio.h>
#include <string.h>

struct cpu_feature {
  const char *name;
  unsigned leaf, subleaf, reg, bit;
  unsigned state;
};

static const struct cpu_feature known_features[] = {
#define CPU_FEATURE(name, leaf, subleaf, reg, bit, state)                      \
  {name, leaf, subleaf, reg, bit, state},
#include "sparse-opt/Runtime/CpuFeatures.def"
};

/* The register states that the operating system saves. */
static unsigned enabled_state(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 27)))
    return 0;
  __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return eax;
}

static int has_feature(const struct cpu_feature *feature) {
  unsigned regs[4] = {0, 0, 0, 0};
  if (!__get_cpuid_count(feature->leaf, feature->subleaf, &regs[0], &regs[1],
                         &regs[2], &regs[3]))
    return 0;
  if (!(regs[feature->reg] >> feature->bit & 1u))
    return 0;
  return (enabled_state() & feature->state) == feature->state;
}

static const struct cpu_feature *find_feature(const char *name, size_t length) {
  size_t count = sizeof(known_features) / sizeof(known_features[0]);
  for (size_t i = 0; i < count; ++i)
    if (strlen(known_features[i].name) == length &&
        memcmp(known_features[i].name, name, length) == 0)
      return &known_features[i];
  return NULL;
}

RT_HIDDEN int sparseopt_rt_check_cpu(const char *features, char *missing,
                                     size_t size) {
  size_t used = 0;
  missing[0] = '\0';
  while (*features) {
    size_t length = strcspn(features, ",");
    const struct cpu_feature *feature = find_feature(features, length);
    if (!feature || !has_feature(feature)) {
      int written = snprintf(missing + used, size - used, "%s%.*s",
                             used ? ", " : "", (int)length, features);
      if (written < 0 || (size_t)written >= size - used)
        return 0;
      used += (size_t)written;
    }
    features += length;
    if (*features == ',')
      ++features;
  }
  return used == 0;
}
