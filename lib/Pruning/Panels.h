//===- Panels.h - Groups of N:M along a dimension ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper: the aligned groups of an N:M pattern in a row-major tensor.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_PANELS_H
#define SPARSEOPT_LIB_PRUNING_PANELS_H

#include "sparse-opt/Pruning/Pattern.h"

#include <algorithm>

namespace sparseopt::pruning {

/// A weight seen as [outer, size, inner] with groups along the middle
/// dimension. A panel is one group for all inner indices.
struct PanelView {
  int64_t outer = 1;
  int64_t size = 1;
  int64_t inner = 1;
  int64_t m;
  int64_t panelsPerOuter;

  PanelView(llvm::ArrayRef<int64_t> shape, const NMPattern &pattern)
      : m(pattern.m) {
    for (int64_t dim = 0; dim < pattern.dim; ++dim)
      outer *= shape[dim];
    size = shape[pattern.dim];
    for (size_t dim = pattern.dim + 1; dim < shape.size(); ++dim)
      inner *= shape[dim];
    panelsPerOuter = size / m + (size % m != 0);
  }

  int64_t getNumPanels() const { return outer * panelsPerOuter; }
  /// Position of the first element of a panel.
  int64_t getBegin(int64_t panel) const {
    return (panel / panelsPerOuter * size + panel % panelsPerOuter * m) * inner;
  }
  /// Number of elements along the groups' dimension.
  int64_t getGroupSize(int64_t panel) const {
    return std::min(m, size - panel % panelsPerOuter * m);
  }
};

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_PANELS_H
