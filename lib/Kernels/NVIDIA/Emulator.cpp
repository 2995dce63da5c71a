//===- Emulator.cpp - Sparse matrix instructions on the CPU -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both instructions are one product of dense matrices after the compressed one was
// spread out by its metadata; they differ in where operands come from.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/NVIDIA/Emulator.h"

#include "sparse-opt/Kernels/NVIDIA/Descriptor.h"
#include "sparse-opt/Kernels/NVIDIA/LaneMaps.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace sparseopt;
using namespace sparseopt::nvidia;

int64_t nvidia::getElementBits(Multiplicand type) {
  switch (type) {
  case Multiplicand::F16:
  case Multiplicand::BF16:
    return 16;
  case Multiplicand::TF32:
    return 32;
  default:
    return 8;
  }
}

static const llvm::fltSemantics &getSemantics(Multiplicand type) {
  switch (type) {
  case Multiplicand::F16:
    return llvm::APFloat::IEEEhalf();
  case Multiplicand::BF16:
    return llvm::APFloat::BFloat();
  case Multiplicand::E4M3:
    return llvm::APFloat::Float8E4M3FN();
  case Multiplicand::E5M2:
    return llvm::APFloat::Float8E5M2();
  default:
    return llvm::APFloat::IEEEsingle();
  }
}

double nvidia::decodeElement(Multiplicand type, uint32_t bits) {
  if (type == Multiplicand::S8)
    return static_cast<int8_t>(bits & 0xff);
  if (type == Multiplicand::U8)
    return static_cast<uint8_t>(bits & 0xff);
  // The hardware ignores the low 13 bits of a tf32 element.
  if (type == Multiplicand::TF32)
    bits &= ~uint32_t(0x1fff);
  int64_t width = getElementBits(type);
  if (width < 32)
    bits &= (uint32_t(1) << width) - 1;
  llvm::APFloat value(getSemantics(type), llvm::APInt(width, bits));
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

namespace {
/// The 16 rows of a warp with their metadata, spread out to k columns.
class WarpRows {
public:
  explicit WarpRows(Multiplicand type)
      : type(type), shape(getInstructionShape(getElementBits(type))),
        dense(16 * shape.k), nibbles(16 * shape.k / shape.group) {}

  const InstructionShape &getShape() const { return shape; }
  double at(int64_t row, int64_t k) const { return dense[row * shape.k + k]; }

  /// Reads the words of 32 lanes.
  std::optional<std::string> readMetadata(llvm::ArrayRef<uint32_t> words,
                                          int64_t selector) {
    if (selector < 0 || selector >= shape.numSelectors)
      return "selector " + std::to_string(selector) + " is not defined";
    MetadataMap map = getMetadataMap(getElementBits(type), selector);
    int64_t groups = shape.k / shape.group;
    for (int64_t lane = 0; lane < 32; ++lane)
      for (int64_t i = 0; i < 8; ++i) {
        MetadataPosition at = map[lane % 4][i];
        if (at.group < 0)
          continue;
        unsigned nibble = words[lane] >> (4 * i) & 15;
        bool valid = shape.kept == 2 ? (nibble & 3) < nibble >> 2
                                     : nibble == 0b0100 || nibble == 0b1110;
        if (!valid)
          return "lane " + std::to_string(lane) + " has metadata " +
                 std::to_string(nibble) + " for group " +
                 std::to_string(at.group);
        nibbles[(lane / 4 + at.row) * groups + at.group] = nibble;
      }
    return std::nullopt;
  }

  /// Puts a compressed element where its metadata says.
  void setElement(int64_t row, int64_t col, uint32_t bits) {
    int64_t group = col / shape.kept;
    unsigned nibble = nibbles[row * (shape.k / shape.group) + group];
    // tf32: the nibble names two 16-bit halves of one element.
    int64_t position =
        shape.kept == 2 ? nibble >> (2 * (col % 2)) & 3 : nibble == 0b1110;
    dense[row * shape.k + group * shape.group + position] =
        decodeElement(type, bits);
  }

private:
  Multiplicand type;
  InstructionShape shape;
  std::vector<double> dense;
  std::vector<unsigned> nibbles;
};
} // namespace

std::optional<std::string>
nvidia::emulateLdMatrix(llvm::ArrayRef<char> shared,
                        llvm::ArrayRef<uint64_t> addresses, Fragment &result) {
  for (uint64_t address : addresses)
    if (address % 16 != 0 || address + 16 > shared.size())
      return "a row lies at " + std::to_string(address);
  result.resize(32);
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t matrix = 0; matrix < 4; ++matrix)
      std::memcpy(
          &result[lane][matrix],
          shared.data() + addresses[8 * matrix + lane / 4] + 4 * (lane % 4), 4);
  return std::nullopt;
}

std::optional<std::string>
nvidia::emulateMmaSp(Multiplicand aType, Multiplicand bType, const Fragment &a,
                     const Fragment &b, llvm::ArrayRef<uint32_t> metadata,
                     int64_t selector, std::vector<double> &sums) {
  WarpRows rows(aType);
  if (auto error = rows.readMetadata(metadata, selector))
    return error;
  const InstructionShape &shape = rows.getShape();
  int64_t bits = getElementBits(aType);
  std::vector<double> columns(shape.k * 8);
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t r = 0; r < 4; ++r)
      for (int64_t e = 0; e < shape.perRegister; ++e) {
        Position at = getSparsePosition(bits, lane, r, e);
        rows.setElement(at.row, at.col, a[lane][r] >> (e * bits));
        at = getDensePosition(bits, lane, r, e);
        columns[at.row * 8 + at.col] =
            decodeElement(bType, b[lane][r] >> (e * bits));
      }
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t r = 0; r < 4; ++r) {
      Position at = getSumPosition(lane, r);
      for (int64_t k = 0; k < shape.k; ++k)
        sums[lane * 4 + r] += rows.at(at.row, k) * columns[k * 8 + at.col];
    }
  return std::nullopt;
}

/// Element `index` of row `row` of a matrix behind a descriptor.
static std::optional<uint32_t> readShared(llvm::ArrayRef<char> shared,
                                          uint64_t descriptor, int64_t row,
                                          int64_t index, int64_t bytes) {
  uint64_t at =
      SharedMatrix::fromDescriptor(descriptor)
          .getByte(SharedMatrix::getAddress(descriptor), row, index * bytes);
  if (at + bytes > shared.size())
    return std::nullopt;
  uint32_t bits = 0;
  std::memcpy(&bits, shared.data() + at, bytes);
  return bits;
}

std::optional<std::string>
nvidia::emulateWgmmaSp(Multiplicand aType, Multiplicand bType, int64_t n,
                       llvm::ArrayRef<char> shared, uint64_t aDescriptor,
                       uint64_t bDescriptor, llvm::ArrayRef<uint32_t> metadata,
                       int64_t selector, std::vector<double> &sums) {
  int64_t bytes = getElementBits(aType) / 8;
  InstructionShape shape = getInstructionShape(getElementBits(aType));
  std::vector<double> columns(shape.k * n);
  for (int64_t col = 0; col < n; ++col)
    for (int64_t k = 0; k < shape.k; ++k) {
      auto bits = readShared(shared, bDescriptor, col, k, bytes);
      if (!bits)
        return "b reaches beyond shared memory";
      columns[k * n + col] = decodeElement(bType, *bits);
    }
  for (int64_t warp = 0; warp < 4; ++warp) {
    WarpRows rows(aType);
    if (auto error = rows.readMetadata(metadata.slice(32 * warp, 32), selector))
      return error;
    for (int64_t row = 0; row < 16; ++row)
      for (int64_t col = 0; col < shape.compressedK; ++col) {
        auto bits =
            readShared(shared, aDescriptor, 16 * warp + row, col, bytes);
        if (!bits)
          return "a reaches beyond shared memory";
        rows.setElement(row, col, *bits);
      }
    for (int64_t lane = 0; lane < 32; ++lane)
      for (int64_t r = 0; r < n / 2; ++r) {
        Position at = getSumPosition(lane, r);
        double &sum = sums[(32 * warp + lane) * (n / 2) + r];
        for (int64_t k = 0; k < shape.k; ++k)
          sum += rows.at(at.row, k) * columns[k * n + at.col];
      }
  }
  return std::nullopt;
}
