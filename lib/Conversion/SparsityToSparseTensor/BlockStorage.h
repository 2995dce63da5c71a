//===- BlockStorage.h - Blocks of a matrix by rows --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The buffers of a compressed row format with blocks, without IR.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_CONVERSION_SPARSITYTOSPARSETENSOR_BLOCKSTORAGE_H
#define SPARSEOPT_LIB_CONVERSION_SPARSITYTOSPARSETENSOR_BLOCKSTORAGE_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace sparseopt {

/// A row-major matrix as raw bytes.
struct MatrixBytes {
  llvm::ArrayRef<char> bytes;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t elementBytes = 0;
  /// Whether the sign bit of a zero may be set.
  bool isFloat = false;
};

/// The blocks that hold a nonzero, row of blocks by row of blocks: block row r
/// has blocks `positions[r]` to `positions[r + 1]`, block b lies at block column
/// `coordinates[b]`, and `values` holds the blocks one after the other, each
/// row-major. Blocks of 1x1 are CSR.
struct BlockStorage {
  std::vector<int32_t> positions;
  std::vector<int32_t> coordinates;
  std::vector<char> values;

  /// `matrix` is a whole number of blocks high and wide and has fewer than 2^31
  /// elements.
  static BlockStorage compress(const MatrixBytes &matrix, int64_t blockRows,
                               int64_t blockCols);
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_CONVERSION_SPARSITYTOSPARSETENSOR_BLOCKSTORAGE_H
