//===- Layouts.cpp - Layouts of 2:4 weights ---------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packing and unpacking of granules. Their bytes are described in Layouts.h and
// LaneMaps.h.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/NVIDIA/Layouts.h"

#include "../CPU/Params.h"
#include "sparse-opt/Kernels/NVIDIA/LaneMaps.h"

#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

static constexpr int64_t kElementBits = 16;
static constexpr int64_t kElementBytes = 2;

namespace {
/// A layout of granules; subclasses say where a value lies in one.
class GranuleLayout : public Layout {
public:
  explicit GranuleLayout(GranuleShape shape) : shape(shape) {}

  int64_t getAlignment() const override { return 128; }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {}, emitError);
  }

  FailureOr<std::vector<char>> pack(const WeightView &dense,
                                    DictionaryAttr params,
                                    EmitErrorFn emitError) const override;
  LogicalResult unpack(ArrayRef<char> packed, DictionaryAttr params,
                       const MutableWeightView &out,
                       EmitErrorFn emitError) const override;

protected:
  /// Byte of compressed element `col` of row `row` in the values of a step.
  virtual int64_t getValueByte(int64_t row, int64_t col) const = 0;

private:
  LogicalResult verifyType(Type type, EmitErrorFn emitError) const {
    if (type.isF16() || type.isBF16())
      return success();
    return emitError() << "layout '" << getName()
                       << "' holds f16 and bf16, not " << type;
  }
  template <typename Visitor>
  LogicalResult forEachGroup(int64_t rows, int64_t cols, Visitor visit) const;

  GranuleShape shape;
};

class WgmmaSpLayout final : public GranuleLayout {
public:
  WgmmaSpLayout() : GranuleLayout(kWgmmaSpGranule) {}
  llvm::StringRef getName() const override { return "wgmma_sp"; }

protected:
  int64_t getValueByte(int64_t row, int64_t col) const override {
    return kWgmmaSpValues.getByte(0, row, col * kElementBytes);
  }
};

class MmaSpLayout final : public GranuleLayout {
public:
  MmaSpLayout() : GranuleLayout(kMmaSpGranule) {}
  llvm::StringRef getName() const override { return "mma_sp"; }

protected:
  int64_t getValueByte(int64_t row, int64_t col) const override {
    // The inverse of getSparsePosition.
    int64_t lane = row % 8 * 4 + col / 2 % 4;
    int64_t r = row / 8 + col / 8 * 2;
    return lane * 16 + r * 4 + col % 2 * kElementBytes;
  }
};

/// Two kept elements of a group and their positions, i0 < i1.
struct Group {
  unsigned positions[2] = {0, 1};
  uint16_t values[2] = {0, 0};
};
} // namespace

static bool isZero(uint16_t bits) { return (bits & 0x7fff) == 0; }

/// Compresses up to four elements; false if more than two are not zero. Slots that
/// are left take zero elements, so that no weight is multiplied by another input.
static bool compress(const uint16_t *elements, int64_t count, Group &group) {
  unsigned kept = 0, free = 0;
  uint16_t value[4] = {0, 0, 0, 0};
  bool taken[4] = {false, false, false, false};
  for (int64_t i = 0; i < count; ++i)
    if (!isZero(elements[i])) {
      value[i] = elements[i];
      taken[i] = true;
      ++kept;
    }
  if (kept > 2)
    return false;
  for (; kept < 2; ++free)
    if (!taken[free]) {
      taken[free] = true;
      ++kept;
    }
  unsigned slot = 0;
  for (unsigned i = 0; i < 4; ++i)
    if (taken[i]) {
      group.positions[slot] = i;
      group.values[slot++] = value[i];
    }
  return true;
}

/// Calls visit(row, col, values, word, shift): the weight's row and first column
/// of each group, where its two values and its nibble are stored, as offsets into the
/// packed bytes.
template <typename Visitor>
LogicalResult GranuleLayout::forEachGroup(int64_t rows, int64_t cols,
                                          Visitor visit) const {
  int64_t inputBlocks = GranuleShape::getInputBlocks(cols);
  const MetadataMap maps[] = {getMetadataMap(kElementBits, 0),
                              getMetadataMap(kElementBits, 1)};
  for (int64_t block = 0; block < shape.getRowBlocks(rows) * inputBlocks;
       ++block) {
    int64_t row0 = block / inputBlocks * shape.rows;
    int64_t col0 = block % inputBlocks * kGranuleInputs;
    int64_t base = block * shape.getBytes();
    for (int64_t lane = 0; lane < 2 * shape.rows; ++lane)
      for (int64_t nibble = 0; nibble < 8; ++nibble) {
        int64_t step = lane % 4 / 2;
        MetadataPosition at = maps[step][lane % 4][nibble];
        int64_t row = lane / 32 * 16 + lane % 32 / 4 + at.row;
        int64_t values = base + step * shape.getStepBytes() +
                         getValueByte(row, 2 * at.group);
        int64_t word = base + shape.getValueBytes() + 4 * lane;
        if (failed(visit(row0 + row, col0 + step * kStepInputs + 4 * at.group,
                         values, word, 4 * nibble)))
          return failure();
      }
  }
  return success();
}

FailureOr<std::vector<char>> GranuleLayout::pack(const WeightView &dense,
                                                 DictionaryAttr params,
                                                 EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)) ||
      failed(verifyType(dense.elementType, emitError)) ||
      failed(cpu::verifyWeight(dense, emitError)))
    return failure();
  std::vector<char> packed(shape.getSize(dense.rows, dense.cols));
  auto packGroup = [&](int64_t row, int64_t col, int64_t values, int64_t word,
                       int64_t shift) -> LogicalResult {
    Group group;
    uint16_t elements[4] = {0, 0, 0, 0};
    int64_t count =
        row < dense.rows ? std::clamp<int64_t>(dense.cols - col, 0, 4) : 0;
    std::memcpy(elements,
                dense.data +
                    (count ? row * dense.cols + col : 0) * kElementBytes,
                count * kElementBytes);
    if (!compress(elements, count, group))
      return emitError() << "row " << row << ", group " << col / 4
                         << " has more than 2 nonzeros of 4, which layout '"
                         << getName() << "' cannot hold";
    std::memcpy(packed.data() + values, group.values, sizeof(group.values));
    uint32_t bits = 0;
    std::memcpy(&bits, packed.data() + word, sizeof(bits));
    bits |= makeNibble(group.positions[0], group.positions[1]) << shift;
    std::memcpy(packed.data() + word, &bits, sizeof(bits));
    return success();
  };
  if (failed(forEachGroup(dense.rows, dense.cols, packGroup)))
    return failure();
  return packed;
}

LogicalResult GranuleLayout::unpack(ArrayRef<char> packed,
                                    DictionaryAttr params,
                                    const MutableWeightView &out,
                                    EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)) ||
      failed(verifyType(out.elementType, emitError)))
    return failure();
  if (static_cast<int64_t>(packed.size()) != shape.getSize(out.rows, out.cols))
    return cpu::reportCorrupt(getName(), emitError);
  std::memset(out.data, 0, out.rows * out.cols * kElementBytes);
  auto unpackGroup = [&](int64_t row, int64_t col, int64_t values, int64_t word,
                         int64_t shift) -> LogicalResult {
    uint32_t bits = 0;
    uint16_t kept[2];
    std::memcpy(&bits, packed.data() + word, sizeof(bits));
    std::memcpy(kept, packed.data() + values, sizeof(kept));
    unsigned nibble = bits >> shift & 15;
    unsigned positions[] = {nibble & 3, nibble >> 2};
    if (positions[0] >= positions[1])
      return cpu::reportCorrupt(getName(), emitError);
    for (int i = 0; i < 2; ++i) {
      if (isZero(kept[i]))
        continue;
      int64_t k = col + positions[i];
      if (row >= out.rows || k >= out.cols)
        return cpu::reportCorrupt(getName(), emitError);
      std::memcpy(out.data + (row * out.cols + k) * kElementBytes, &kept[i],
                  kElementBytes);
    }
    return success();
  };
  return forEachGroup(out.rows, out.cols, unpackGroup);
}

std::unique_ptr<Layout> nvidia::createWgmmaSpLayout() {
  return std::make_unique<WgmmaSpLayout>();
}

std::unique_ptr<Layout> nvidia::createMmaSpLayout() {
  return std::make_unique<MmaSpLayout>();
}
