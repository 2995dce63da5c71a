//===- NMPermuteLayout.cpp - Values with 2-bit positions --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout "nm_permute". Its bytes are described in NMPermute.h.
//
//===----------------------------------------------------------------------===//

#include "../Params.h"
#include "NMPermute.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

NMPermuteShape::NMPermuteShape(int64_t rows, int64_t cols, int64_t n,
                               int64_t lanes, int64_t elementBytes)
    : rows(rows), cols(cols), n(n), lanes(lanes), elementBytes(elementBytes),
      quadsPerBlock(16 / n), quads(llvm::divideCeil(cols, 4)),
      fullBlocks(quads / quadsPerBlock), restQuads(quads % quadsPerBlock),
      blockBytes(getSlotOffset(quadsPerBlock, 0)),
      groupBytes(fullBlocks * blockBytes +
                 (restQuads ? getSlotOffset(restQuads, 0) : 0)),
      groups(llvm::divideCeil(rows, lanes)) {}

namespace {
class NMPermuteLayout final : public Layout {
public:
  llvm::StringRef getName() const override { return "nm_permute"; }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {{"lanes", 8, 16, 8}, {"n", 1, 2}},
                             emitError);
  }

  FailureOr<std::vector<char>> pack(const WeightView &dense,
                                    DictionaryAttr params,
                                    EmitErrorFn emitError) const override;
  LogicalResult unpack(ArrayRef<char> packed, DictionaryAttr params,
                       const MutableWeightView &out,
                       EmitErrorFn emitError) const override;

private:
  static NMPermuteShape getShape(int64_t rows, int64_t cols, Type type,
                                 DictionaryAttr params) {
    return NMPermuteShape(rows, cols, getParam(params, "n"),
                          getParam(params, "lanes"), getElementBytes(type));
  }
};
} // namespace

/// Calls visit(row, quad, address of the row's group block, lane, quad in
/// block) for every row and quad.
template <typename CharT, typename VisitT>
static void forQuads(const NMPermuteShape &shape, CharT *packed, VisitT visit) {
  for (int64_t row = 0; row < shape.rows; ++row)
    for (int64_t quad = 0; quad < shape.quads; ++quad)
      visit(row, quad,
            packed + row / shape.lanes * shape.groupBytes +
                shape.getBlockOffset(quad / shape.quadsPerBlock),
            row % shape.lanes, quad % shape.quadsPerBlock);
}

/// Packs one quad of one row. The nonzeros come first; slots that are left take
/// zeros, so that no slot multiplies an input whose weight is not zero by zero.
/// Returns false if there are more than n nonzeros.
static bool packQuad(const NMPermuteShape &shape, const char *elements,
                     int64_t count, char *block, int64_t lane,
                     int64_t quadInBlock) {
  int64_t bytes = shape.elementBytes, slot = 0;
  uint32_t positions;
  std::memcpy(&positions, block + lane * 4, 4);
  auto isZero = [&](int64_t k) {
    return k >= count || isZeroElement(elements + k * bytes, bytes);
  };
  auto take = [&](int64_t k) {
    positions |= uint32_t(k) << (2 * (quadInBlock * shape.n + slot++));
  };
  for (int64_t k = 0; k < 4; ++k) {
    if (isZero(k))
      continue;
    if (slot == shape.n)
      return false;
    std::memcpy(block + shape.getSlotOffset(quadInBlock, slot) + lane * bytes,
                elements + k * bytes, bytes);
    take(k);
  }
  for (int64_t k = 0; k < 4 && slot < shape.n; ++k)
    if (isZero(k))
      take(k);
  std::memcpy(block + lane * 4, &positions, 4);
  return true;
}

FailureOr<std::vector<char>>
NMPermuteLayout::pack(const WeightView &dense, DictionaryAttr params,
                      EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)) ||
      failed(verifyWeight(dense, emitError)))
    return failure();
  NMPermuteShape shape =
      getShape(dense.rows, dense.cols, dense.elementType, params);
  int64_t bytes = shape.elementBytes;
  std::vector<char> packed(shape.getSize());
  int64_t badRow = -1, badQuad = -1;
  forQuads(shape, packed.data(),
           [&](int64_t row, int64_t quad, char *block, int64_t lane,
               int64_t inBlock) {
             const char *elements =
                 dense.data + (row * dense.cols + quad * 4) * bytes;
             int64_t count = std::min<int64_t>(4, dense.cols - quad * 4);
             if (!packQuad(shape, elements, count, block, lane, inBlock) &&
                 badRow < 0)
               badRow = row, badQuad = quad;
           });
  if (badRow >= 0)
    return emitError() << "row " << badRow << ", group " << badQuad
                       << " has more than " << shape.n
                       << " nonzeros of 4, which layout '" << getName()
                       << "' cannot hold";
  return packed;
}

LogicalResult NMPermuteLayout::unpack(ArrayRef<char> packed,
                                      DictionaryAttr params,
                                      const MutableWeightView &out,
                                      EmitErrorFn emitError) const {
  if (failed(verifyParams(params, emitError)))
    return failure();
  NMPermuteShape shape = getShape(out.rows, out.cols, out.elementType, params);
  int64_t bytes = shape.elementBytes;
  if (static_cast<int64_t>(packed.size()) != shape.getSize())
    return reportCorrupt(getName(), emitError);
  std::memset(out.data, 0, out.rows * out.cols * bytes);
  bool corrupt = false;
  forQuads(shape, packed.data(),
           [&](int64_t row, int64_t quad, const char *block, int64_t lane,
               int64_t inBlock) {
             uint32_t positions;
             std::memcpy(&positions, block + lane * 4, 4);
             for (int64_t slot = 0; slot < shape.n; ++slot) {
               const char *value =
                   block + shape.getSlotOffset(inBlock, slot) + lane * bytes;
               int64_t k = quad * 4 +
                           (positions >> (2 * (inBlock * shape.n + slot)) & 3);
               if (isZeroElement(value, bytes))
                 continue;
               corrupt |= k >= out.cols;
               if (k < out.cols)
                 std::memcpy(out.data + (row * out.cols + k) * bytes, value,
                             bytes);
             }
           });
  return corrupt ? reportCorrupt(getName(), emitError) : success();
}

std::unique_ptr<Layout> cpu::createNMPermuteLayout() {
  return std::make_unique<NMPermuteLayout>();
}
