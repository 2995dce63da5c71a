//===- RowSelect.h - The smallest magnitudes of short rows ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper: selection within each row of a weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_ROWSELECT_H
#define SPARSEOPT_LIB_PRUNING_ROWSELECT_H

#include "sparse-opt/Pruning/Element.h"

#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// Sets the mask bytes of the `count` smallest magnitudes of each row of
/// `rowSize` elements to 0 and the others to 1. Among equal ones the earlier goes
/// first.
void dropSmallestOfRows(TensorRef weight, int64_t rowSize, int64_t count,
                        uint8_t *keep, llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_ROWSELECT_H
