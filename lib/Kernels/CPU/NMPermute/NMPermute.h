//===- NMPermute.h - 1:4 and 2:4 by permutes of the input -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.nm_permute" and its layout "nm_permute".
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_NMPERMUTE_NMPERMUTE_H
#define SPARSE_OPT_LIB_KERNELS_CPU_NMPERMUTE_NMPERMUTE_H

#include "sparse-opt/Kernels/KernelFamily.h"
#include <memory>

namespace sparseopt::cpu {

/// The bytes of an "nm_permute" weight: n slots in each quad of four inputs,
/// `lanes` outputs side by side. Groups of `lanes` outputs follow each other;
/// in a group, blocks of 16 / n quads:
///
///   u32 positions[lanes]           16 fields of 2 bits: the place in the quad
///                                  of each slot of the block, in order
///   element values[quads][n][lanes]
///
/// The last block of a group has the remaining quads only.
struct NMPermuteShape {
  NMPermuteShape(int64_t rows, int64_t cols, int64_t n, int64_t lanes,
                 int64_t elementBytes);

  /// Bytes up to a block of a group, and up to a slot inside a block.
  int64_t getBlockOffset(int64_t block) const { return block * blockBytes; }
  int64_t getSlotOffset(int64_t quadInBlock, int64_t slot) const {
    return lanes * 4 + (quadInBlock * n + slot) * lanes * elementBytes;
  }
  int64_t getNumBlocks() const { return fullBlocks + (restQuads ? 1 : 0); }
  int64_t getSize() const { return (groups * groupBytes + 63) / 64 * 64; }

  int64_t rows, cols, n, lanes, elementBytes;
  int64_t quadsPerBlock, quads, fullBlocks, restQuads;
  int64_t blockBytes, groupBytes, groups;
};

std::unique_ptr<Layout> createNMPermuteLayout();
std::unique_ptr<KernelFamily> createNMPermuteFamily();

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_NMPERMUTE_NMPERMUTE_H
