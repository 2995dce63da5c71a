//===- BitmapRow.h - Rows of bit masks and nonzeros -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.bitmap_row" and its layout "bitmap_row".
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_BITMAPROW_BITMAPROW_H
#define SPARSE_OPT_LIB_KERNELS_CPU_BITMAPROW_BITMAPROW_H

#include "sparse-opt/Kernels/KernelFamily.h"
#include <memory>

namespace sparseopt::cpu {

/// The bytes of a "bitmap_row" weight:
///
///   BitmapRowHeader
///   u32 starts[ceil(out / rb)]        index of the first value of a row block
///   u64 masks[out][ceil(in / 64)]     bit i: input i of the 64 is not zero
///   element values[]                  the nonzeros, row by row, and padding
///                                     that may be read
struct BitmapRowHeader {
  uint64_t starts, masks, values, size, numValues;
};

std::unique_ptr<Layout> createBitmapRowLayout();
std::unique_ptr<KernelFamily> createBitmapRowFamily();

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_BITMAPROW_BITMAPROW_H
