//===- MaskTileLayout.cpp - Inputs sorted by row mask -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout "mask_tile". Its bytes are described in MaskTile.h; `kb` inputs
// and `rb` rows form a block.
//
//===----------------------------------------------------------------------===//

#include "../Params.h"
#include "MaskTile.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

namespace {

struct Shape {
  Shape(int64_t rows, int64_t cols, DictionaryAttr params)
      : rows(rows), cols(cols), rb(getParam(params, "rb")),
        kb(getParam(params, "kb")), rowBlocks(llvm::divideCeil(rows, rb)),
        kBlocks(llvm::divideCeil(cols, kb)) {}

  int64_t getNumGroups() const {
    return llvm::divideCeil(rows, maskTileRows) * kBlocks;
  }

  /// Calls visit(first row, end row, first input, end input, starts block).
  template <typename VisitT>
  void forGroups(VisitT visit) const {
    for (int64_t r0 = 0; r0 < rows; r0 += rb)
      for (int64_t k0 = 0; k0 < cols; k0 += kb)
        for (int64_t r = r0; r < std::min(rows, r0 + rb); r += maskTileRows)
          visit(r, std::min(rows, r + maskTileRows), k0,
                std::min(cols, k0 + kb), r == r0);
  }

  int64_t rows, cols, rb, kb, rowBlocks, kBlocks;
};

/// The parts of a packed weight before they are joined.
struct Parts {
  std::vector<MaskTileStart> starts;
  std::vector<uint16_t> counts, offsets;
  std::vector<char> values;
};

class MaskTileLayout final : public Layout {
public:
  llvm::StringRef getName() const override { return "mask_tile"; }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(
        params, {{"kb", 16, 4096, 16}, {"rb", 16, 512, 16}}, emitError);
  }

  FailureOr<std::vector<char>> pack(const WeightView &dense,
                                    DictionaryAttr params,
                                    EmitErrorFn emitError) const override;
  LogicalResult unpack(ArrayRef<char> packed, DictionaryAttr params,
                       const MutableWeightView &out,
                       EmitErrorFn emitError) const override;
};

} // namespace

static Parts collect(const WeightView &dense, const Shape &shape) {
  int64_t bytes = getElementBytes(dense.elementType);
  auto at = [&](int64_t row, int64_t col) {
    return dense.data + (row * dense.cols + col) * bytes;
  };
  Parts parts;
  std::vector<uint16_t> byMask[maskTileMasks];
  shape.forGroups([&](int64_t row0, int64_t rowEnd, int64_t k0, int64_t kEnd,
                      bool startsBlock) {
    if (startsBlock)
      parts.starts.push_back(
          {static_cast<uint32_t>(parts.offsets.size()),
           static_cast<uint32_t>(parts.values.size() / bytes)});
    for (std::vector<uint16_t> &inputs : byMask)
      inputs.clear();
    for (int64_t k = k0; k < kEnd; ++k) {
      unsigned mask = 0;
      for (int64_t row = row0; row < rowEnd; ++row)
        mask |= unsigned(!isZeroElement(at(row, k), bytes)) << (row - row0);
      byMask[mask].push_back(k - k0);
    }
    byMask[0].clear();
    for (unsigned mask = 0; mask < maskTileMasks; ++mask) {
      parts.counts.push_back(byMask[mask].size());
      for (uint16_t offset : byMask[mask]) {
        parts.offsets.push_back(offset);
        for (int64_t row = row0; row < rowEnd; ++row)
          if (mask >> (row - row0) & 1)
            parts.values.insert(parts.values.end(), at(row, k0 + offset),
                                at(row, k0 + offset) + bytes);
      }
    }
  });
  return parts;
}

FailureOr<std::vector<char>> MaskTileLayout::pack(const WeightView &dense,
                                                  DictionaryAttr params,
                                                  EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)) ||
      failed(verifyWeight(dense, emitError)))
    return failure();
  int64_t bytes = getElementBytes(dense.elementType);
  Parts parts = collect(dense, Shape(dense.rows, dense.cols, params));
  if (!llvm::isUInt<32>(parts.values.size() / bytes))
    return emitError() << "a '" << getName()
                       << "' weight holds less than 2^32 nonzeros";

  MaskTileHeader header = {};
  uint64_t end = sizeof(MaskTileHeader);
  auto place = [&](uint64_t size) {
    uint64_t start = llvm::alignTo(end, 64);
    end = start + size;
    return start;
  };
  header.starts = place(parts.starts.size() * sizeof(MaskTileStart));
  header.counts = place(parts.counts.size() * 2);
  header.offsets = place(parts.offsets.size() * 2);
  header.values = place(parts.values.size());
  header.size = llvm::alignTo(end, 64);
  header.numOffsets = parts.offsets.size();
  header.numValues = parts.values.size() / bytes;

  std::vector<char> packed(header.size);
  auto copy = [&](uint64_t to, const void *from, size_t size) {
    if (size)
      std::memcpy(packed.data() + to, from, size);
  };
  copy(0, &header, sizeof(header));
  copy(header.starts, parts.starts.data(),
       parts.starts.size() * sizeof(MaskTileStart));
  copy(header.counts, parts.counts.data(), parts.counts.size() * 2);
  copy(header.offsets, parts.offsets.data(), parts.offsets.size() * 2);
  copy(header.values, parts.values.data(), parts.values.size());
  return packed;
}

/// Whether the header is that of a weight of this shape and size.
static bool isConsistent(const MaskTileHeader &header, const Shape &shape,
                         uint64_t size, int64_t bytes) {
  uint64_t numCounts = shape.getNumGroups() * maskTileMasks;
  auto inside = [&](uint64_t start, uint64_t count, uint64_t width) {
    return start <= size && count <= (size - start) / width;
  };
  return header.size == size &&
         inside(header.starts, shape.rowBlocks * shape.kBlocks,
                sizeof(MaskTileStart)) &&
         inside(header.counts, numCounts, 2) &&
         inside(header.offsets, header.numOffsets, 2) &&
         inside(header.values, header.numValues, bytes);
}

LogicalResult MaskTileLayout::unpack(ArrayRef<char> packed,
                                     DictionaryAttr params,
                                     const MutableWeightView &out,
                                     EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)))
    return failure();
  int64_t bytes = getElementBytes(out.elementType);
  Shape shape(out.rows, out.cols, params);
  MaskTileHeader header;
  if (packed.size() < sizeof(header))
    return reportCorrupt(getName(), emitError);
  std::memcpy(&header, packed.data(), sizeof(header));
  if (!isConsistent(header, shape, packed.size(), bytes))
    return reportCorrupt(getName(), emitError);

  std::memset(out.data, 0, out.rows * out.cols * bytes);
  const char *counts = packed.data() + header.counts;
  const char *offsets = packed.data() + header.offsets;
  const char *values = packed.data() + header.values;
  uint64_t offsetsLeft = header.numOffsets, valuesLeft = header.numValues;
  bool corrupt = false;
  auto readU16 = [](const char *&from) {
    uint16_t value;
    std::memcpy(&value, from, 2);
    from += 2;
    return value;
  };
  shape.forGroups([&](int64_t row0, int64_t rowEnd, int64_t k0, int64_t kEnd,
                      bool) {
    for (unsigned mask = 0; mask < maskTileMasks; ++mask) {
      uint16_t count = readU16(counts);
      uint64_t perInput = llvm::popcount(mask);
      bool hasRows = mask >> (rowEnd - row0) == 0;
      corrupt |= count > offsetsLeft || count * perInput > valuesLeft ||
                 (count && !hasRows);
      if (corrupt)
        return;
      offsetsLeft -= count;
      valuesLeft -= count * perInput;
      for (; count; --count) {
        int64_t k = k0 + readU16(offsets);
        corrupt |= k >= kEnd;
        if (corrupt)
          return;
        for (int64_t row = row0; row < rowEnd; ++row)
          if (mask >> (row - row0) & 1) {
            std::memcpy(out.data + (row * out.cols + k) * bytes, values, bytes);
            values += bytes;
          }
      }
    }
  });
  return corrupt ? reportCorrupt(getName(), emitError) : success();
}

std::unique_ptr<Layout> cpu::createMaskTileLayout() {
  return std::make_unique<MaskTileLayout>();
}
