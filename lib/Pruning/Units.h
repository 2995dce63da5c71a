//===- Units.h - Blocks and slices of a weight ------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper: a block, slice or unstructured pattern cuts a tensor into a
// grid of units that are kept or zeroed as a whole. A slice is a block that
// spans all other dimensions; an element is a block of one.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_UNITS_H
#define SPARSEOPT_LIB_PRUNING_UNITS_H

#include "sparse-opt/Pruning/Element.h"
#include "sparse-opt/Pruning/Parallel.h"
#include "sparse-opt/Pruning/Pattern.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>

namespace sparseopt::pruning {

/// The grid of units of a tensor of at least rank 1. All vectors have the
/// tensor's rank.
struct UnitGrid {
  llvm::SmallVector<int64_t> shape;
  llvm::SmallVector<int64_t> unitSizes;
  llvm::SmallVector<int64_t> gridSizes;

  int64_t getNumUnits() const;
  /// Number of grid positions over all dimensions but the last.
  int64_t getNumOuter() const;
  int64_t getNumColumns() const { return gridSizes.back(); }
  /// Number of runs along the last dimension in a full unit.
  int64_t getRowsPerUnit() const;
  /// Number of elements of a unit, which the end of a dimension may cut.
  int64_t getUnitElements(int64_t unit) const;
};

/// Grid of `pattern`, which is a block, slice or unstructured pattern that fits
/// `shape`. A rank-0 tensor is treated as one of shape [1].
UnitGrid makeUnitGrid(const Pattern &pattern, llvm::ArrayRef<int64_t> shape);

/// Row-major positions of the first elements of the rows (runs along the last
/// dimension) that belong to outer grid position `outer`.
llvm::SmallVector<int64_t> getRowsOfOuter(const UnitGrid &grid, int64_t outer);

/// Visits every run of elements that lies in one unit, as `fn(unit, begin,
/// size)` with the row-major position of the run. All runs of a unit are
/// visited by one thread, in row-major order.
template <typename Fn>
void forEachUnitRun(const UnitGrid &grid, llvm::ThreadPoolInterface *pool,
                    Fn fn) {
  int64_t numColumns = grid.getNumColumns();
  int64_t width = grid.unitSizes.back();
  int64_t rowSize = grid.shape.back();
  if (grid.getNumUnits() == 0 || rowSize == 0)
    return;
  // Columns are cut as well, so that slices along the last dimension, which
  // have one outer position, are shared between threads too.
  int64_t columnsPerTask =
      std::max<int64_t>(1, std::min<int64_t>(numColumns, 4096 / width));
  int64_t tasksPerOuter = (numColumns + columnsPerTask - 1) / columnsPerTask;
  int64_t numTasks = grid.getNumOuter() * tasksPerOuter;
  auto runTask = [&](int64_t task) {
    int64_t outer = task / tasksPerOuter;
    int64_t firstColumn = (task % tasksPerOuter) * columnsPerTask;
    int64_t lastColumn = std::min(numColumns, firstColumn + columnsPerTask);
    for (int64_t row : getRowsOfOuter(grid, outer))
      for (int64_t column = firstColumn; column < lastColumn; ++column) {
        int64_t begin = column * width;
        fn(outer * numColumns + column, row + begin,
           std::min(width, rowSize - begin));
      }
  };
  int64_t elementsPerSmallTask = grid.getRowsPerUnit() * columnsPerTask * width;
  parallelForRange(pool, numTasks,
                   std::max<int64_t>(1, elementsPerTask / elementsPerSmallTask),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t task = begin; task < end; ++task)
                       runTask(task);
                   });
}

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_UNITS_H
