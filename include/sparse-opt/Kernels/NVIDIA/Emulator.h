//===- Emulator.h - Sparse matrix instructions on the CPU -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes the sparse matrix instructions on the bytes that a device would read:
// registers of lanes, metadata words and shared memory. It proves layouts, lane maps
// and descriptors without a device.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_NVIDIA_EMULATOR_H
#define SPARSE_OPT_KERNELS_NVIDIA_EMULATOR_H

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sparseopt::nvidia {

/// The types of multiplicands that instructions take.
enum class Multiplicand { F16, BF16, TF32, S8, U8, E4M3, E5M2 };

/// Bits of an element in a register.
int64_t getElementBits(Multiplicand type);

/// The value of the low bits of `bits`. Products and sums are exact in double for
/// 8- and 16-bit types up to 2^53.
double decodeElement(Multiplicand type, uint32_t bits);

/// Four registers per lane, and one metadata word per lane.
using Fragment = std::vector<std::array<uint32_t, 4>>;

/// `ldmatrix.x4`: lane l gives the address in `shared` of row l mod 8 of matrix l / 8,
/// 16 bytes; register r has two 16-bit elements of row l / 4 of matrix r. An error
/// sentence for an address that is not a multiple of 16 or lies outside.
std::optional<std::string> emulateLdMatrix(llvm::ArrayRef<char> shared,
                                           llvm::ArrayRef<uint64_t> addresses,
                                           Fragment &result);

/// sums += a * b for a warp: `a` and `b` have 32 lanes, `sums` 32 x 4 values.
/// An error sentence if metadata is not what PTX defines (indices in order).
std::optional<std::string> emulateMmaSp(Multiplicand aType, Multiplicand bType,
                                        const Fragment &a, const Fragment &b,
                                        llvm::ArrayRef<uint32_t> metadata,
                                        int64_t selector,
                                        std::vector<double> &sums);

/// sums += a * b for a warpgroup, both matrices in `shared` behind descriptors.
/// `metadata` has 128 words, `sums` 128 x n/2 values.
std::optional<std::string>
emulateWgmmaSp(Multiplicand aType, Multiplicand bType, int64_t n,
               llvm::ArrayRef<char> shared, uint64_t aDescriptor,
               uint64_t bDescriptor, llvm::ArrayRef<uint32_t> metadata,
               int64_t selector, std::vector<double> &sums);

} // namespace sparseopt::nvidia

#endif // SPARSE_OPT_KERNELS_NVIDIA_EMULATOR_H
