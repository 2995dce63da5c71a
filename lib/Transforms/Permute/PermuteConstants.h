//===- PermuteConstants.h - Reordered constants --------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values of constants in another order of their channels.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_PERMUTE_PERMUTECONSTANTS_H
#define SPARSEOPT_LIB_TRANSFORMS_PERMUTE_PERMUTECONSTANTS_H

#include "ChannelClass.h"

namespace sparseopt {

/// Lets every constant of `channels` hold at place i what it held at `order[i]`.
/// Values that are no longer read are appended to `replaced`. Reports values that
/// cannot be read; then nothing has changed.
mlir::LogicalResult
permuteConstants(const ChannelClass &channels, llvm::ArrayRef<int64_t> order,
                 llvm::SmallVectorImpl<mlir::ElementsAttr> &replaced);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_PERMUTE_PERMUTECONSTANTS_H
