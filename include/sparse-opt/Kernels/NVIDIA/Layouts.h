//===- Layouts.h - Layouts of 2:4 weights -----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layouts "wgmma_sp" and "mma_sp": 2:4 weights of 16-bit floats as granules
// that a kernel copies to shared memory as they are. A granule is a block of rows by
// 64 inputs, its values followed by its metadata; granules are ordered by block of
// rows, then by inputs. Both dims are padded with zeros to whole granules.
//
// A metadata word serves two instructions of 32 inputs: numbers 0 and 1 of a quad
// have the first one (selector 0), 2 and 3 the second (selector 1), so that each lane
// loads one word per granule.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_NVIDIA_LAYOUTS_H
#define SPARSE_OPT_KERNELS_NVIDIA_LAYOUTS_H

#include "sparse-opt/Kernels/Layout.h"
#include "sparse-opt/Kernels/NVIDIA/Descriptor.h"

#include <memory>

namespace sparseopt::nvidia {

/// Inputs of a granule, and of each of its two instructions.
inline constexpr int64_t kGranuleInputs = 64;
inline constexpr int64_t kStepInputs = 32;

/// Sizes of a layout of granules.
struct GranuleShape {
  /// Rows of a granule.
  int64_t rows;

  constexpr int64_t getValueBytes() const { return rows * kGranuleInputs; }
  constexpr int64_t getMetadataBytes() const { return rows * 8; }
  constexpr int64_t getBytes() const {
    return getValueBytes() + getMetadataBytes();
  }
  /// Values of one instruction.
  constexpr int64_t getStepBytes() const { return getValueBytes() / 2; }

  int64_t getRowBlocks(int64_t outFeatures) const {
    return (outFeatures + rows - 1) / rows;
  }
  static int64_t getInputBlocks(int64_t inFeatures) {
    return (inFeatures + kGranuleInputs - 1) / kGranuleInputs;
  }
  /// Bytes of a packed weight.
  int64_t getSize(int64_t outFeatures, int64_t inFeatures) const {
    return getRowBlocks(outFeatures) * getInputBlocks(inFeatures) * getBytes();
  }
};

/// "wgmma_sp": 64 rows. The values of a step are core matrices of 8 rows of 16
/// bytes, ordered by 8 inputs (compressed), then by rows.
inline constexpr GranuleShape kWgmmaSpGranule{64};
inline constexpr SharedMatrix kWgmmaSpValues{SharedMatrix::Swizzle::None, 1024,
                                             128};

/// "mma_sp": 16 rows. The values of a step are the four registers of each lane.
inline constexpr GranuleShape kMmaSpGranule{16};

std::unique_ptr<Layout> createWgmmaSpLayout();
std::unique_ptr<Layout> createMmaSpLayout();

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_KERNELS_NVIDIA_LAYOUTS_H
