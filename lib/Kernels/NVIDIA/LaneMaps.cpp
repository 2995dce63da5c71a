//===- LaneMaps.cpp - Which lane holds which element ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tables of fragments and metadata.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/NVIDIA/LaneMaps.h"

using namespace sparseopt;
using namespace sparseopt::nvidia;

InstructionShape nvidia::getInstructionShape(int64_t elementBits) {
  switch (elementBits) {
  case 8:
    return {64, 32, 4, 2, 4, 1};
  case 16:
    return {32, 16, 4, 2, 2, 2};
  default:
    return {16, 8, 2, 1, 1, 2};
  }
}

MetadataMap nvidia::getMetadataMap(int64_t elementBits, int64_t selector) {
  MetadataMap map{};
  for (int64_t t = 0; t < 4; ++t)
    for (int64_t nibble = 0; nibble < 8; ++nibble) {
      MetadataPosition &at = map[t][nibble];
      if (elementBits == 8) {
        // A word is one half of a row; odd lanes have the rows from 8 on.
        at = {8 * (t % 2), 8 * (t / 2) + nibble};
        continue;
      }
      // A word is a quarter of two rows, for two lanes of the quad.
      int64_t quarter = t - 2 * selector;
      bool read = quarter == 0 || quarter == 1;
      at = {8 * (nibble / 4), read ? 4 * quarter + nibble % 4 : -1};
    }
  return map;
}

Position nvidia::getSparsePosition(int64_t elementBits, int64_t lane, int64_t r,
                                   int64_t e) {
  int64_t perRegister = 32 / elementBits;
  return {lane / 4 + 8 * (r % 2), (lane % 4 + 4 * (r / 2)) * perRegister + e};
}

Position nvidia::getDensePosition(int64_t elementBits, int64_t lane, int64_t r,
                                  int64_t e) {
  int64_t perRegister = 32 / elementBits;
  return {(lane % 4 + 4 * r) * perRegister + e, lane / 4};
}

Position nvidia::getSumPosition(int64_t lane, int64_t r) {
  return {lane / 4 + 8 * (r / 2 % 2), 8 * (r / 4) + 2 * (lane % 4) + r % 2};
}
