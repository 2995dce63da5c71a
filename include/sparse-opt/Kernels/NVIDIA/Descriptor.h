//===- Descriptor.h - Shared-memory matrices --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The 64-bit operand by which an asynchronous product finds a matrix in shared
// memory: addresses and strides in units of 16 bytes, and the swizzle. Source: PTX
// ISA, matrix descriptor of wgmma.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_NVIDIA_DESCRIPTOR_H
#define SPARSE_OPT_KERNELS_NVIDIA_DESCRIPTOR_H

#include <cstdint>

namespace sparseopt::nvidia {

/// A matrix whose rows run along K. Without swizzle it is made of core matrices of
/// 8 rows of 16 bytes, contiguous; with the 128-byte swizzle, of 8 rows of 128 bytes
/// in which the 16-byte unit u of row r lies at u xor r.
struct SharedMatrix {
  enum class Swizzle : uint64_t { None = 0, Bytes128 = 1 };

  Swizzle swizzle = Swizzle::None;
  /// Bytes from a core matrix to the next along K; unused with a swizzle.
  uint64_t leadingBytes = 0;
  /// Bytes from 8 rows to the next 8 rows.
  uint64_t strideBytes = 0;

  /// The descriptor without its address.
  constexpr uint64_t getDescriptor() const {
    uint64_t leading = swizzle == Swizzle::None ? leadingBytes / 16 : 1;
    return leading << 16 | strideBytes / 16 << 32 |
           static_cast<uint64_t>(swizzle) << 62;
  }
  /// The descriptor of the matrix at `address` in shared memory.
  constexpr uint64_t getDescriptor(uint64_t address) const {
    return getDescriptor() | (address & addressMask) >> 4;
  }
  /// The inverse.
  static constexpr SharedMatrix fromDescriptor(uint64_t descriptor) {
    return {static_cast<Swizzle>(descriptor >> 62),
            (descriptor >> 16 & 0x3fff) * 16, (descriptor >> 32 & 0x3fff) * 16};
  }
  static constexpr uint64_t getAddress(uint64_t descriptor) {
    return (descriptor & 0x3fff) * 16;
  }

  /// Where byte `k` of row `row` of the matrix at `address` lies.
  constexpr uint64_t getByte(uint64_t address, uint64_t row, uint64_t k) const {
    if (swizzle == Swizzle::None)
      return address + row / 8 * strideBytes + row % 8 * 16 +
             k / 16 * leadingBytes + k % 16;
    uint64_t plain = address + row / 8 * strideBytes + row % 8 * 128 + k;
    return plain ^ (plain >> 7 & 7) << 4;
  }

  /// Descriptors hold 18 bits of an address: in a cluster the bits above name the
  /// block.
  static constexpr uint64_t addressMask = 0x3ffff;
};

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_KERNELS_NVIDIA_DESCRIPTOR_H
