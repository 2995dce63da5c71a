//===- LaneMaps.h - Which lane holds which element --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sparse matrix instructions spread their operands over the lanes of a warp. The
// maps are data: layouts, kernels and the emulator read the same tables. Source:
// PTX ISA, matrix fragments and sparsity metadata of mma.sp and wgmma.mma_async.sp.
//
// Lane l of a warp is number l mod 4 of quad l / 4. A warp multiplies 16 rows; warp w
// of a warpgroup has the rows from 16w on.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_NVIDIA_LANEMAPS_H
#define SPARSE_OPT_KERNELS_NVIDIA_LANEMAPS_H

#include <array>
#include <cstdint>

namespace sparseopt::nvidia {

/// How one instruction sees its multiplicands, by the bits of an element: 8, 16
/// or 32 (tf32).
struct InstructionShape {
  /// Elements of a dense row, and of a compressed one.
  int64_t k, compressedK;
  /// Elements that a metadata nibble describes, and how many of them are kept.
  int64_t group, kept;
  /// Elements in a 32-bit register.
  int64_t perRegister;
  /// 2 if half of the lanes hold the metadata, else 1.
  int64_t numSelectors;
};

/// The shape for 8, 16 or 32 bits.
InstructionShape getInstructionShape(int64_t elementBits);

/// A position in the part of a matrix that one warp multiplies.
struct Position {
  int64_t row, col;
};

/// Where a nibble of a metadata word belongs: rows of the warp, groups of the row.
struct MetadataPosition {
  int64_t row, group;
};

/// For each number in the quad and each nibble of the word: what it describes in
/// quad 0 (quad q is q rows further down). A group of -1: the lane's word is not read.
using MetadataMap = std::array<std::array<MetadataPosition, 8>, 4>;

/// The map of an instruction whose selector is `selector`.
MetadataMap getMetadataMap(int64_t elementBits, int64_t selector);

/// Element `e` of register `r` (0 to 3) of the compressed matrix.
Position getSparsePosition(int64_t elementBits, int64_t lane, int64_t r,
                           int64_t e);
/// Element `e` of register `r` (0 to 3) of the dense Kx8 matrix of a warp's product;
/// `row` is along K.
Position getDensePosition(int64_t elementBits, int64_t lane, int64_t r,
                          int64_t e);
/// Register `r` of the sums. A 16x8 tile has registers 0 to 3, one of 64xN has N/2.
Position getSumPosition(int64_t lane, int64_t r);

/// The metadata nibble for kept elements i0 < i1 of a group of four.
inline unsigned makeNibble(unsigned i0, unsigned i1) { return i0 | i1 << 2; }

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_KERNELS_NVIDIA_LANEMAPS_H
