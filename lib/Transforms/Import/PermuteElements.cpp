//===- PermuteElements.cpp - Transpose raw tensor data ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocked transposition: the dim that is innermost in the source and the one
// that is innermost in the target are walked in square tiles, so that both
// sides use whole cache lines.
//
//===----------------------------------------------------------------------===//

#include "PermuteElements.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Threading.h"
#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace mlir;

namespace sparseopt {

namespace {
/// A dim of the target with its strides in elements.
struct Dim {
  int64_t size, sourceStride, targetStride;
};
} // namespace

static constexpr int64_t kTile = 32;
/// Rows of tiles per task; a task is then at least some microseconds long.
static constexpr int64_t kTaskRows = 8 * kTile;

/// The dims of the target without those of size 1, outermost first.
static SmallVector<Dim> getTargetDims(ArrayRef<int64_t> shape,
                                      ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1];
  SmallVector<Dim> dims;
  int64_t targetStride = 1;
  for (int64_t dim : llvm::reverse(permutation)) {
    if (shape[dim] != 1)
      dims.push_back({shape[dim], strides[dim], targetStride});
    targetStride *= shape[dim];
  }
  std::reverse(dims.begin(), dims.end());
  return dims;
}

/// Offsets in source and target of entry `index` of the row-major space `dims`.
static std::pair<int64_t, int64_t> getOffsets(ArrayRef<Dim> dims,
                                              int64_t index) {
  int64_t source = 0, target = 0;
  for (const Dim &dim : llvm::reverse(dims)) {
    source += index % dim.size * dim.sourceStride;
    target += index % dim.size * dim.targetStride;
    index /= dim.size;
  }
  return {source, target};
}

/// Rows [begin, end) of `rows` by all of `columns`; `rows` is contiguous in the
/// source, `columns` in the target.
template <typename T>
static void transposeRows(const T *source, T *target, const Dim &rows,
                          const Dim &columns, int64_t begin, int64_t end) {
  for (int64_t rowTile = begin; rowTile < end; rowTile += kTile) {
    int64_t rowEnd = std::min(rowTile + kTile, end);
    for (int64_t tile = 0; tile < columns.size; tile += kTile) {
      int64_t tileEnd = std::min(tile + kTile, columns.size);
      for (int64_t row = rowTile; row < rowEnd; ++row)
        for (int64_t column = tile; column < tileEnd; ++column)
          target[row * rows.targetStride + column] =
              source[row + column * columns.sourceStride];
    }
  }
}

template <typename T>
static void permuteTyped(MLIRContext *context, const T *source, T *target,
                         SmallVector<Dim> dims) {
  Dim columns = dims.pop_back_val();
  auto *innermost =
      llvm::find_if(dims, [](const Dim &dim) { return dim.sourceStride == 1; });
  // Without a second dim that is contiguous in the source, whole rows move.
  Dim rows{1, 1, 0};
  if (columns.sourceStride != 1) {
    rows = *innermost;
    dims.erase(innermost);
  }
  int64_t numOuter = 1;
  for (const Dim &dim : dims)
    numOuter *= dim.size;
  int64_t tasksPerOuter = llvm::divideCeil(rows.size, kTaskRows);
  parallelFor(context, 0, numOuter * tasksPerOuter, [&](size_t task) {
    auto [sourceOffset, targetOffset] = getOffsets(dims, task / tasksPerOuter);
    int64_t begin = task % tasksPerOuter * kTaskRows;
    int64_t end = std::min(begin + kTaskRows, rows.size);
    if (columns.sourceStride == 1)
      std::memcpy(target + targetOffset, source + sourceOffset,
                  columns.size * sizeof(T));
    else
      transposeRows(source + sourceOffset, target + targetOffset, rows, columns,
                    begin, end);
  });
}

void permuteElements(MLIRContext *context, ArrayRef<char> source,
                     ArrayRef<int64_t> shape, ArrayRef<int64_t> permutation,
                     unsigned elementBytes, MutableArrayRef<char> target) {
  SmallVector<Dim> dims = getTargetDims(shape, permutation);
  if (dims.empty() || target.empty()) {
    llvm::copy(source, target.begin());
    return;
  }
  auto run = [&](auto zero) {
    using T = decltype(zero);
    permuteTyped(context, reinterpret_cast<const T *>(source.data()),
                 reinterpret_cast<T *>(target.data()), dims);
  };
  switch (elementBytes) {
  case 1:
    return run(uint8_t());
  case 2:
    return run(uint16_t());
  case 4:
    return run(uint32_t());
  case 8:
    return run(uint64_t());
  }
  llvm_unreachable("element types of weights have 1, 2, 4 or 8 bytes");
}

} // namespace sparseopt
