//===- NMRow.h - Any N:M by broadcast over tokens ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.nm_row" and its layout "nm_row".
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_NMROW_NMROW_H
#define SPARSE_OPT_LIB_KERNELS_CPU_NMROW_NMROW_H

#include "sparse-opt/Kernels/KernelFamily.h"
#include <memory>

namespace sparseopt::cpu {

/// The bytes of an "nm_row" weight with at most n nonzeros in m inputs. A chunk
/// is enough groups of m inputs for four slots; it has one metadata word with
/// the position of each slot in its group. `g` rows run in step. Rows are
/// grouped in blocks of `rb`, inputs in blocks of `kb`:
///
///   element values[blocks of rows][blocks of inputs][steps][chunks][g][slots]
///   word    metadata[blocks of rows][blocks of inputs][steps][chunks][g]
///
/// The number of rows is rounded up to a multiple of g, that of inputs to a
/// multiple of the chunk.
struct NMRowShape {
  NMRowShape(int64_t rows, int64_t cols, mlir::DictionaryAttr params,
             int64_t elementBytes);

  int64_t getPaddedInputs() const { return chunksPerRow * chunkInputs; }
  int64_t getNumSlots() const { return paddedRows * chunksPerRow * slots; }
  /// Where the metadata begins.
  int64_t getMetadataOffset() const {
    return (getNumSlots() * elementBytes + 63) / 64 * 64;
  }
  int64_t getSize() const {
    int64_t words = paddedRows * chunksPerRow * wordBits / 8;
    return getMetadataOffset() + (words + 63) / 64 * 64;
  }
  /// Index of a chunk of a row among all chunks.
  int64_t getChunkIndex(int64_t row, int64_t chunk) const;

  int64_t rows, cols, n, m, kb, rb, g, elementBytes;
  /// Bits of a position, groups and slots and inputs of a chunk, bits of a
  /// metadata word.
  int64_t positionBits, chunkGroups, slots, chunkInputs, wordBits;
  int64_t paddedRows, chunksPerBlock, chunksPerRow;
};

std::unique_ptr<Layout> createNMRowLayout();
std::unique_ptr<KernelFamily> createNMRowFamily();

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_NMROW_NMROW_H
