//===- Hash.c - Hash of weights -------------------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// XXH64 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md) for sizes
// that are multiples of 32 bytes: about 10 GB/s, which lets a library check
// gigabytes of weights while it opens them.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <string.h>

#define PRIME1 0x9E3779B185EBCA87u
#define PRIME2 0xC2B2AE3D27D4EB4Fu
#define PRIME3 0x165667B19E3779F9u
#define PRIME4 0x85EBCA77C2B2AE63u

static uint64_t rotate_left(uint64_t value, int bits) {
  return value << bits | value >> (64 - bits);
}

static uint64_t mix(uint64_t lane, uint64_t word) {
  return rotate_left(lane + word * PRIME2, 31) * PRIME1;
}

RT_HIDDEN void sparseopt_rt_hash_begin(sparseopt_rt_hash *state) {
  state->lane[0] = PRIME1 + PRIME2;
  state->lane[1] = PRIME2;
  state->lane[2] = 0;
  state->lane[3] = 0 - PRIME1;
  state->size = 0;
}

RT_HIDDEN void sparseopt_rt_hash_update(sparseopt_rt_hash *state,
                                        const void *data, uint64_t size) {
  const unsigned char *bytes = (const unsigned char *)data;
  uint64_t a = state->lane[0], b = state->lane[1], c = state->lane[2],
           d = state->lane[3];
  for (uint64_t i = 0; i + 32 <= size; i += 32) {
    uint64_t words[4];
    memcpy(words, bytes + i, sizeof(words));
    a = mix(a, words[0]);
    b = mix(b, words[1]);
    c = mix(c, words[2]);
    d = mix(d, words[3]);
  }
  state->lane[0] = a;
  state->lane[1] = b;
  state->lane[2] = c;
  state->lane[3] = d;
  state->size += size;
}

RT_HIDDEN uint64_t sparseopt_rt_hash_end(const sparseopt_rt_hash *state) {
  const uint64_t *lane = state->lane;
  uint64_t hash = rotate_left(lane[0], 1) + rotate_left(lane[1], 7) +
                  rotate_left(lane[2], 12) + rotate_left(lane[3], 18);
  for (int i = 0; i < 4; ++i)
    hash = (hash ^ mix(0, lane[i])) * PRIME1 + PRIME4;
  hash += state->size;
  hash = (hash ^ hash >> 33) * PRIME2;
  hash = (hash ^ hash >> 29) * PRIME3;
  return hash ^ hash >> 32;
}
