//===- Units.cpp - Blocks and slices of a weight ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grid of units of a pattern.
//
//===----------------------------------------------------------------------===//

#include "Units.h"

using namespace sparseopt::pruning;

static int64_t product(llvm::ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

int64_t UnitGrid::getNumUnits() const { return product(gridSizes); }

int64_t UnitGrid::getNumOuter() const {
  return product(llvm::ArrayRef<int64_t>(gridSizes).drop_back());
}

int64_t UnitGrid::getRowsPerUnit() const {
  return product(llvm::ArrayRef<int64_t>(unitSizes).drop_back());
}

int64_t UnitGrid::getUnitElements(int64_t unit) const {
  llvm::SmallVector<int64_t> position = delinearize(unit, gridSizes);
  int64_t count = 1;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    count *=
        std::min(unitSizes[dim], shape[dim] - position[dim] * unitSizes[dim]);
  return count;
}

UnitGrid sparseopt::pruning::makeUnitGrid(const Pattern &pattern,
                                          llvm::ArrayRef<int64_t> shape) {
  UnitGrid grid;
  grid.shape.assign(shape.begin(), shape.end());
  if (grid.shape.empty())
    grid.shape.push_back(1);
  int64_t rank = grid.shape.size();
  grid.unitSizes.assign(rank, 1);
  if (auto *block = std::get_if<BlockPattern>(&pattern)) {
    int64_t offset = rank - int64_t(block->sizes.size());
    for (int64_t dim = offset; dim < rank; ++dim)
      grid.unitSizes[dim] = block->sizes[dim - offset];
  } else if (auto *slice = std::get_if<SlicePattern>(&pattern)) {
    for (int64_t dim = 0; dim < rank; ++dim)
      grid.unitSizes[dim] = dim == slice->dim ? 1 : grid.shape[dim];
  }
  for (int64_t dim = 0; dim < rank; ++dim) {
    // An empty dimension has no units; its unit size only must not divide by 0.
    grid.unitSizes[dim] =
        std::max<int64_t>(1, std::min(grid.unitSizes[dim], grid.shape[dim]));
    grid.gridSizes.push_back((grid.shape[dim] + grid.unitSizes[dim] - 1) /
                             grid.unitSizes[dim]);
  }
  return grid;
}

llvm::SmallVector<int64_t>
sparseopt::pruning::getRowsOfOuter(const UnitGrid &grid, int64_t outer) {
  int64_t numOuterDims = int64_t(grid.shape.size()) - 1;
  llvm::SmallVector<int64_t> position = delinearize(
      outer, llvm::ArrayRef<int64_t>(grid.gridSizes).take_front(numOuterDims));
  // Positions of the index prefixes of the unit, one dimension at a time.
  llvm::SmallVector<int64_t> rows = {0};
  for (int64_t dim = 0; dim < numOuterDims; ++dim) {
    int64_t begin = position[dim] * grid.unitSizes[dim];
    int64_t end = std::min(grid.shape[dim], begin + grid.unitSizes[dim]);
    llvm::SmallVector<int64_t> next;
    next.reserve(rows.size() * (end - begin));
    for (int64_t row : rows)
      for (int64_t index = begin; index < end; ++index)
        next.push_back(row * grid.shape[dim] + index);
    rows = std::move(next);
  }
  for (int64_t &row : rows)
    row *= grid.shape.back();
  return rows;
}
