//===- NMRowLayout.cpp - Values with packed positions -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout "nm_row". Its bytes are described in NMRow.h.
//
//===----------------------------------------------------------------------===//

#include "../Params.h"
#include "NMRow.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

NMRowShape::NMRowShape(int64_t rows, int64_t cols, DictionaryAttr params,
                       int64_t elementBytes)
    : rows(rows), cols(cols), n(getParam(params, "n")),
      m(getParam(params, "m")), kb(getParam(params, "kb")),
      rb(getParam(params, "rb")), g(getParam(params, "g")),
      elementBytes(elementBytes), positionBits(llvm::Log2_64_Ceil(m)),
      chunkGroups(llvm::divideCeil(4, n)), slots(chunkGroups * n),
      chunkInputs(chunkGroups * m),
      wordBits(std::max<int64_t>(8, llvm::PowerOf2Ceil(slots * positionBits))),
      paddedRows(llvm::alignTo(rows, g)), chunksPerBlock(kb / chunkInputs),
      chunksPerRow(llvm::divideCeil(cols, chunkInputs)) {}

int64_t NMRowShape::getChunkIndex(int64_t row, int64_t chunk) const {
  int64_t rowBlock = row / rb, kBlock = chunk / chunksPerBlock;
  int64_t firstRow = rowBlock * rb, firstChunk = kBlock * chunksPerBlock;
  int64_t rowsInBlock = std::min(rb, paddedRows - firstRow);
  int64_t chunksInBlock = std::min(chunksPerBlock, chunksPerRow - firstChunk);
  int64_t step = (row - firstRow) / g;
  return firstRow * chunksPerRow + firstChunk * rowsInBlock +
         step * g * chunksInBlock + (chunk - firstChunk) * g + row % g;
}

namespace {
class NMRowLayout final : public Layout {
public:
  llvm::StringRef getName() const override { return "nm_row"; }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    if (failed(cpu::verifyParams(params,
                                 {{"g", 1, 4},
                                  {"kb", 1, 4096},
                                  {"m", 2, 16},
                                  {"n", 1, 16},
                                  {"rb", 16, 512, 16}},
                                 emitError)))
      return failure();
    int64_t n = getParam(params, "n"), m = getParam(params, "m");
    if (n > m)
      return emitError() << "n = " << n << " exceeds m = " << m;
    if (getParam(params, "g") == 3)
      return emitError() << "parameter 'g' = 3 does not divide 'rb'";
    int64_t chunk = llvm::divideCeil(4, n) * m;
    if (getParam(params, "kb") % chunk)
      return emitError() << "parameter 'kb' must be a multiple of " << chunk;
    return success();
  }

  FailureOr<std::vector<char>> pack(const WeightView &dense,
                                    DictionaryAttr params,
                                    EmitErrorFn emitError) const override;
  LogicalResult unpack(ArrayRef<char> packed, DictionaryAttr params,
                       const MutableWeightView &out,
                       EmitErrorFn emitError) const override;
};
} // namespace

/// Packs one group of m inputs of one row into its slots; fills `word`. Slots
/// that are left take zeros, so that no slot multiplies an input whose weight is
/// not zero by zero. Returns false if there are more than n nonzeros.
static bool packGroup(const NMRowShape &shape, const char *elements,
                      int64_t count, char *values, int64_t firstSlot,
                      uint64_t &word) {
  int64_t bytes = shape.elementBytes, slot = 0;
  auto isZero = [&](int64_t k) {
    return k >= count || isZeroElement(elements + k * bytes, bytes);
  };
  auto take = [&](int64_t k) {
    word |= uint64_t(k) << ((firstSlot + slot++) * shape.positionBits);
  };
  for (int64_t k = 0; k < shape.m; ++k) {
    if (isZero(k))
      continue;
    if (slot == shape.n)
      return false;
    std::memcpy(values + (firstSlot + slot) * bytes, elements + k * bytes,
                bytes);
    take(k);
  }
  for (int64_t k = 0; k < shape.m && slot < shape.n; ++k)
    if (isZero(k))
      take(k);
  return true;
}

FailureOr<std::vector<char>> NMRowLayout::pack(const WeightView &dense,
                                               DictionaryAttr params,
                                               EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)) ||
      failed(verifyWeight(dense, emitError)))
    return failure();
  int64_t bytes = getElementBytes(dense.elementType);
  NMRowShape shape(dense.rows, dense.cols, params, bytes);
  std::vector<char> packed(shape.getSize());
  char *metadata = packed.data() + shape.getMetadataOffset();
  int64_t wordBytes = shape.wordBits / 8;
  for (int64_t row = 0; row < shape.paddedRows; ++row)
    for (int64_t chunk = 0; chunk < shape.chunksPerRow; ++chunk) {
      int64_t index = shape.getChunkIndex(row, chunk);
      char *values = packed.data() + index * shape.slots * bytes;
      uint64_t word = 0;
      for (int64_t group = 0; group < shape.chunkGroups; ++group) {
        int64_t k0 = chunk * shape.chunkInputs + group * shape.m;
        int64_t count = row < dense.rows
                            ? std::clamp<int64_t>(dense.cols - k0, 0, shape.m)
                            : 0;
        if (!packGroup(shape, dense.data + (row * dense.cols + k0) * bytes,
                       count, values, group * shape.n, word))
          return emitError()
                 << "row " << row << ", group " << k0 / shape.m
                 << " has more than " << shape.n << " nonzeros of " << shape.m
                 << ", which layout '" << getName() << "' cannot hold";
      }
      std::memcpy(metadata + index * wordBytes, &word, wordBytes);
    }
  return packed;
}

LogicalResult NMRowLayout::unpack(ArrayRef<char> packed, DictionaryAttr params,
                                  const MutableWeightView &out,
                                  EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)))
    return failure();
  int64_t bytes = getElementBytes(out.elementType);
  NMRowShape shape(out.rows, out.cols, params, bytes);
  if (static_cast<int64_t>(packed.size()) != shape.getSize())
    return reportCorrupt(getName(), emitError);
  std::memset(out.data, 0, out.rows * out.cols * bytes);
  const char *metadata = packed.data() + shape.getMetadataOffset();
  int64_t wordBytes = shape.wordBits / 8;
  uint64_t positionMask = (uint64_t(1) << shape.positionBits) - 1;
  for (int64_t row = 0; row < out.rows; ++row)
    for (int64_t chunk = 0; chunk < shape.chunksPerRow; ++chunk) {
      int64_t index = shape.getChunkIndex(row, chunk);
      const char *value = packed.data() + index * shape.slots * bytes;
      uint64_t word = 0;
      std::memcpy(&word, metadata + index * wordBytes, wordBytes);
      for (int64_t slot = 0; slot < shape.slots; ++slot, value += bytes) {
        int64_t position = word >> (slot * shape.positionBits) & positionMask;
        int64_t k =
            chunk * shape.chunkInputs + slot / shape.n * shape.m + position;
        if (isZeroElement(value, bytes))
          continue;
        if (position >= shape.m || k >= out.cols)
          return reportCorrupt(getName(), emitError);
        std::memcpy(out.data + (row * out.cols + k) * bytes, value, bytes);
      }
    }
  return success();
}

std::unique_ptr<Layout> cpu::createNMRowLayout() {
  return std::make_unique<NMRowLayout>();
}
