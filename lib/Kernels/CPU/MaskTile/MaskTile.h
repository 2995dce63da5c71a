//===- MaskTile.h - Sparse register tiling ----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.mask_tile" and its layout "mask_tile".
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_MASKTILE_MASKTILE_H
#define SPARSE_OPT_LIB_KERNELS_CPU_MASKTILE_MASKTILE_H

#include "sparse-opt/Kernels/KernelFamily.h"
#include <memory>

namespace sparseopt::cpu {

/// The bytes of a "mask_tile" weight. Four rows form a group. In a block of
/// `kb` inputs every input has a mask: which of the group's rows have a nonzero
/// there. The inputs of a group and block are sorted by mask.
///
///   MaskTileHeader
///   MaskTileStart[row blocks][k blocks]   where a block's entries begin
///   u16 counts[groups and k blocks][16]   number of inputs of each mask
///   u16 offsets[]                         input - first input of the block
///   element values[]                      the nonzeros of each input, by row
///
/// Counts, offsets and values are in the order: block of rows, block of inputs,
/// group, mask, input.
struct MaskTileHeader {
  uint64_t starts, counts, offsets, values, size;
  uint64_t numOffsets, numValues, reserved;
};

struct MaskTileStart {
  uint32_t offset, value;
};

constexpr int64_t maskTileRows = 4;
constexpr int64_t maskTileMasks = 1 << maskTileRows;

std::unique_ptr<Layout> createMaskTileLayout();
std::unique_ptr<KernelFamily> createMaskTileFamily();

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_MASKTILE_MASKTILE_H
