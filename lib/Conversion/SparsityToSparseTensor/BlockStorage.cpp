//===- BlockStorage.cpp - Blocks of a matrix by rows ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compression of a matrix into its nonzero blocks.
//
//===----------------------------------------------------------------------===//

#include "BlockStorage.h"

using namespace sparseopt;

/// Whether all bits are zero, but for the sign bit of a (little-endian) float.
static bool isZero(const char *element, const MatrixBytes &matrix) {
  for (int64_t byte = 0; byte + 1 < matrix.elementBytes; ++byte)
    if (element[byte] != 0)
      return false;
  unsigned char top = element[matrix.elementBytes - 1];
  return (matrix.isFloat ? top & 0x7f : top) == 0;
}

BlockStorage BlockStorage::compress(const MatrixBytes &matrix,
                                    int64_t blockRows, int64_t blockCols) {
  BlockStorage storage;
  storage.positions.push_back(0);
  int64_t rowBytes = matrix.cols * matrix.elementBytes;
  int64_t lineBytes = blockCols * matrix.elementBytes;
  auto line = [&](int64_t row, int64_t block) {
    return matrix.bytes.data() + row * rowBytes + block * lineBytes;
  };
  auto holdsNonzero = [&](int64_t firstRow, int64_t block) {
    for (int64_t row = firstRow; row < firstRow + blockRows; ++row)
      for (int64_t col = 0; col < blockCols; ++col)
        if (!isZero(line(row, block) + col * matrix.elementBytes, matrix))
          return true;
    return false;
  };
  for (int64_t firstRow = 0; firstRow < matrix.rows; firstRow += blockRows) {
    for (int64_t block = 0; block < matrix.cols / blockCols; ++block) {
      if (!holdsNonzero(firstRow, block))
        continue;
      storage.coordinates.push_back(block);
      for (int64_t row = firstRow; row < firstRow + blockRows; ++row)
        storage.values.insert(storage.values.end(), line(row, block),
                              line(row, block) + lineBytes);
    }
    storage.positions.push_back(storage.coordinates.size());
  }
  return storage;
}
