//===- DensePanelLayout.cpp - Dense weights in output panels ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout "dense_panel": [ceil(out / width)][in][width], padded with zeros,
// where `width` outputs are read as adjacent vectors.
//
//===----------------------------------------------------------------------===//

#include "../Params.h"
#include "Dense.h"

#include <cstring>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

namespace {
class DensePanelLayout final : public Layout {
public:
  llvm::StringRef getName() const override { return "dense_panel"; }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {{"width", 4, 64, 4}}, emitError);
  }

  FailureOr<std::vector<char>> pack(const WeightView &dense,
                                    DictionaryAttr params,
                                    EmitErrorFn emitError) const override {
    if (failed(verifyParams(params, emitError)) ||
        failed(verifyWeight(dense, emitError)))
      return failure();
    int64_t width = getParam(params, "width");
    int64_t bytes = getElementBytes(dense.elementType);
    std::vector<char> packed(getSize(dense.rows, dense.cols, width, bytes));
    for (int64_t row = 0; row < dense.rows; ++row) {
      const char *from = dense.data + row * dense.cols * bytes;
      char *to = packed.data() +
                 (row / width * dense.cols * width + row % width) * bytes;
      for (int64_t col = 0; col < dense.cols; ++col)
        std::memcpy(to + col * width * bytes, from + col * bytes, bytes);
    }
    return packed;
  }

  LogicalResult unpack(ArrayRef<char> packed, DictionaryAttr params,
                       const MutableWeightView &out,
                       EmitErrorFn emitError) const override {
    if (failed(verifyParams(params, emitError)))
      return failure();
    int64_t width = getParam(params, "width");
    int64_t bytes = getElementBytes(out.elementType);
    if (static_cast<int64_t>(packed.size()) !=
        getSize(out.rows, out.cols, width, bytes))
      return reportCorrupt(getName(), emitError);
    for (int64_t row = 0; row < out.rows; ++row) {
      char *to = out.data + row * out.cols * bytes;
      const char *from = packed.data() +
                         (row / width * out.cols * width + row % width) * bytes;
      for (int64_t col = 0; col < out.cols; ++col)
        std::memcpy(to + col * bytes, from + col * width * bytes, bytes);
    }
    return success();
  }

private:
  static int64_t getSize(int64_t rows, int64_t cols, int64_t width,
                         int64_t bytes) {
    return (rows + width - 1) / width * width * cols * bytes;
  }
};
} // namespace

std::unique_ptr<Layout> cpu::createDensePanelLayout() {
  return std::make_unique<DensePanelLayout>();
}
