//===- BitmapRowLayout.cpp - Rows of bit masks and nonzeros -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout "bitmap_row". Its bytes are described in BitmapRow.h; a task of
// the kernel handles `rb` rows.
//
//===----------------------------------------------------------------------===//

#include "../Params.h"
#include "BitmapRow.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// The kernel reads a vector of 16 elements from any value on.
static constexpr int64_t paddingElements = 16;

namespace {
class BitmapRowLayout final : public Layout {
public:
  llvm::StringRef getName() const override { return "bitmap_row"; }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {{"rb", 16, 512, 16}}, emitError);
  }

  FailureOr<std::vector<char>> pack(const WeightView &dense,
                                    DictionaryAttr params,
                                    EmitErrorFn emitError) const override;
  LogicalResult unpack(ArrayRef<char> packed, DictionaryAttr params,
                       const MutableWeightView &out,
                       EmitErrorFn emitError) const override;
};
} // namespace

FailureOr<std::vector<char>>
BitmapRowLayout::pack(const WeightView &dense, DictionaryAttr params,
                      EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)) ||
      failed(verifyWeight(dense, emitError)))
    return failure();
  int64_t bytes = getElementBytes(dense.elementType);
  int64_t rb = getParam(params, "rb");
  int64_t words = llvm::divideCeil(dense.cols, 64);
  std::vector<uint32_t> starts;
  std::vector<uint64_t> masks(dense.rows * words);
  std::vector<char> values;
  for (int64_t row = 0; row < dense.rows; ++row) {
    if (row % rb == 0)
      starts.push_back(static_cast<uint32_t>(values.size() / bytes));
    for (int64_t k = 0; k < dense.cols; ++k) {
      const char *element = dense.data + (row * dense.cols + k) * bytes;
      if (isZeroElement(element, bytes))
        continue;
      masks[row * words + k / 64] |= uint64_t(1) << (k % 64);
      values.insert(values.end(), element, element + bytes);
    }
  }
  BitmapRowHeader header = {};
  header.numValues = values.size() / bytes;
  if (!llvm::isUInt<32>(header.numValues))
    return emitError() << "a '" << getName()
                       << "' weight holds less than 2^32 nonzeros";
  header.starts = 64;
  header.masks = llvm::alignTo(header.starts + starts.size() * 4, 64);
  header.values = llvm::alignTo(header.masks + masks.size() * 8, 64);
  header.size = llvm::alignTo(
      header.values + values.size() + paddingElements * bytes, 64);
  std::vector<char> packed(header.size);
  std::memcpy(packed.data(), &header, sizeof(header));
  llvm::copy(ArrayRef(reinterpret_cast<const char *>(starts.data()),
                      starts.size() * 4),
             packed.begin() + header.starts);
  llvm::copy(
      ArrayRef(reinterpret_cast<const char *>(masks.data()), masks.size() * 8),
      packed.begin() + header.masks);
  llvm::copy(values, packed.begin() + header.values);
  return packed;
}

LogicalResult BitmapRowLayout::unpack(ArrayRef<char> packed,
                                      DictionaryAttr params,
                                      const MutableWeightView &out,
                                      EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)))
    return failure();
  int64_t bytes = getElementBytes(out.elementType);
  int64_t words = llvm::divideCeil(out.cols, 64);
  BitmapRowHeader header;
  if (packed.size() < sizeof(header))
    return reportCorrupt(getName(), emitError);
  std::memcpy(&header, packed.data(), sizeof(header));
  uint64_t size = packed.size(), maskBytes = out.rows * words * 8;
  if (header.size != size || header.masks > size ||
      maskBytes > size - header.masks || header.values > size ||
      header.numValues > (size - header.values) / bytes)
    return reportCorrupt(getName(), emitError);
  std::memset(out.data, 0, out.rows * out.cols * bytes);
  const char *value = packed.data() + header.values;
  uint64_t left = header.numValues;
  for (int64_t i = 0; i < out.rows * words; ++i) {
    uint64_t mask;
    std::memcpy(&mask, packed.data() + header.masks + i * 8, 8);
    if (uint64_t(llvm::popcount(mask)) > left)
      return reportCorrupt(getName(), emitError);
    left -= llvm::popcount(mask);
    for (; mask; mask &= mask - 1, value += bytes) {
      int64_t k = i % words * 64 + llvm::countr_zero(mask);
      if (k >= out.cols)
        return reportCorrupt(getName(), emitError);
      std::memcpy(out.data + (i / words * out.cols + k) * bytes, value, bytes);
    }
  }
  return success();
}

std::unique_ptr<Layout> cpu::createBitmapRowLayout() {
  return std::make_unique<BitmapRowLayout>();
}
