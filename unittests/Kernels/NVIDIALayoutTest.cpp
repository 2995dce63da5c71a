//===- NVIDIALayoutTest.cpp - Tests of layouts for devices ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs random 2:4 weights, reads the bytes as a kernel would, runs the emulated
// instructions on them, and compares with the dense product.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "sparse-opt/Kernels/NVIDIA/Emulator.h"
#include "sparse-opt/Kernels/NVIDIA/LaneMaps.h"
#include "sparse-opt/Kernels/NVIDIA/Layouts.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include <cstring>
#include <random>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

namespace {

using Bits = std::vector<uint16_t>;

uint16_t randomBits(bool bf16, std::mt19937 &random) {
  uint32_t r = random();
  return bf16 ? (r & 0x8000) | 0x3f00 | (r & 0xff)
              : (r & 0x8000) | 0x3800 | (r & 0x0fc0);
}

/// Groups of four with 0, 1 or 2 nonzeros; zeros of both signs.
Bits makeWeight(int64_t rows, int64_t cols, bool bf16, std::mt19937 &random) {
  Bits weight(rows * cols);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; col += 4) {
      for (int64_t k = col; k < std::min(col + 4, cols); ++k)
        weight[row * cols + k] = random() % 2 ? 0x8000 : 0;
      for (unsigned i = random() % 3; i > 0; --i) {
        int64_t k = col + random() % 4;
        if (k < cols)
          weight[row * cols + k] = randomBits(bf16, random);
      }
    }
  return weight;
}

class NVIDIALayoutTest : public ::testing::TestWithParam<bool> {
protected:
  NVIDIALayoutTest()
      : handler(&context, [&](Diagnostic &diag) { message = diag.str(); }) {}

  Type getType() {
    return GetParam() ? Type(BFloat16Type::get(&context))
                      : Type(Float16Type::get(&context));
  }
  Multiplicand getKind() const {
    return GetParam() ? Multiplicand::BF16 : Multiplicand::F16;
  }
  InFlightDiagnostic error() { return emitError(UnknownLoc::get(&context)); }

  FailureOr<std::vector<char>> pack(const Layout &layout, const Bits &weight,
                                    int64_t rows, int64_t cols) {
    return layout.pack(
        {reinterpret_cast<const char *>(weight.data()), rows, cols, getType()},
        DictionaryAttr::get(&context), [&] { return error(); });
  }

  void checkRoundTrip(const Layout &layout, int64_t rows, int64_t cols) {
    std::mt19937 random(rows * 1000 + cols);
    Bits weight = makeWeight(rows, cols, GetParam(), random);
    auto packed = pack(layout, weight, rows, cols);
    ASSERT_TRUE(succeeded(packed)) << message;
    Bits out(rows * cols, 0xffff);
    ASSERT_TRUE(succeeded(layout.unpack(
        *packed, DictionaryAttr::get(&context),
        {reinterpret_cast<char *>(out.data()), rows, cols, getType()},
        [&] { return error(); })));
    for (uint16_t &bits : weight)
      if (bits == 0x8000)
        bits = 0;
    EXPECT_EQ(out, weight);
  }

  /// The dense product, and the largest difference that rounding can explain is
  /// none: elements are multiples of 2^-10 below 4.
  std::vector<double> getExpected(const Bits &weight, const Bits &x,
                                  int64_t rows, int64_t cols, int64_t tokens) {
    std::vector<double> y(tokens * rows);
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t k = 0; k < cols; ++k)
          y[t * rows + row] += decodeElement(getKind(), x[t * cols + k]) *
                               decodeElement(getKind(), weight[row * cols + k]);
    return y;
  }

  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler;
};

TEST_P(NVIDIALayoutTest, RoundTripsAreExact) {
  for (auto [rows, cols] : {std::pair<int64_t, int64_t>{64, 64},
                            {128, 192},
                            {1, 1},
                            {70, 66},
                            {16, 1023},
                            {0, 64},
                            {64, 0}}) {
    checkRoundTrip(*createWgmmaSpLayout(), rows, cols);
    checkRoundTrip(*createMmaSpLayout(), rows, cols);
  }
}

TEST_P(NVIDIALayoutTest, SizesArePaddedToGranules) {
  EXPECT_EQ(kWgmmaSpGranule.getBytes(), 4608);
  EXPECT_EQ(kWgmmaSpGranule.getSize(65, 129), 2 * 3 * 4608);
  EXPECT_EQ(kMmaSpGranule.getBytes(), 1152);
  EXPECT_EQ(kMmaSpGranule.getSize(17, 64), 2 * 1152);
}

TEST_P(NVIDIALayoutTest, RefusesThreeNonzeros) {
  Bits weight(2 * 8, 0);
  for (int k : {4, 5, 7})
    weight[8 + k] = 0x3c00;
  EXPECT_TRUE(failed(pack(*createWgmmaSpLayout(), weight, 2, 8)));
  EXPECT_EQ(message, "row 1, group 1 has more than 2 nonzeros of 4, which "
                     "layout 'wgmma_sp' cannot hold");
}

TEST_P(NVIDIALayoutTest, RefusesCorruptMetadata) {
  std::mt19937 random(1);
  auto layout = createMmaSpLayout();
  auto packed = pack(*layout, makeWeight(16, 64, GetParam(), random), 16, 64);
  (*packed)[kMmaSpGranule.getValueBytes()] = 0x55;
  EXPECT_TRUE(
      failed(layout->verifyPacked(*packed, DictionaryAttr::get(&context), 16,
                                  64, getType(), [&] { return error(); })));
  EXPECT_EQ(message,
            "packed data is not a 'mma_sp' weight of this shape and type");
}

/// Where the hardware was seen to read the bytes of a granule of 64 rows.
TEST_P(NVIDIALayoutTest, WgmmaSpGranuleIsTheMeasuredOne) {
  Bits weight(64 * 64, 0);
  // Row 16w + g + 8h of warp w, inputs s * 32 + c * 16 + 4j + {1, 3}.
  int64_t w = 2, g = 5, h = 1, s = 1, c = 1, j = 2;
  int64_t row = 16 * w + g + 8 * h, col = s * 32 + c * 16 + 4 * j;
  weight[row * 64 + col + 1] = 0x3f81;
  weight[row * 64 + col + 3] = 0x3f82;
  auto packed = pack(*createWgmmaSpLayout(), weight, 64, 64);
  ASSERT_TRUE(succeeded(packed));
  int64_t value = s * 2048 + c * 1024 + row / 8 * 128 + row % 8 * 16 + 4 * j;
  uint16_t kept[2];
  std::memcpy(kept, packed->data() + value, 4);
  EXPECT_EQ(kept[0], 0x3f81);
  EXPECT_EQ(kept[1], 0x3f82);
  int64_t lane = 32 * w + 4 * g + 2 * s + c;
  uint32_t word = 0;
  std::memcpy(&word, packed->data() + 4096 + 4 * lane, 4);
  EXPECT_EQ(word, 0x44444444u ^ (0x4 ^ 0xd) << (16 * h + 4 * j));
}

/// The fragment of 8 tokens and 32 inputs that a warp loads from a swizzled panel of
/// 64 inputs.
Fragment loadInputs(const Bits &x, int64_t cols, int64_t step) {
  constexpr SharedMatrix panel{SharedMatrix::Swizzle::Bytes128, 0, 1024};
  std::vector<char> shared(2048);
  for (int64_t t = 0; t < 8; ++t)
    for (int64_t k = 0; k < kGranuleInputs; ++k)
      if (int64_t col = step / 2 * kGranuleInputs + k; col < cols)
        std::memcpy(shared.data() + panel.getByte(1024, t, 2 * k),
                    &x[t * cols + col], 2);
  std::vector<uint64_t> addresses(32);
  for (uint64_t lane = 0; lane < 32; ++lane) {
    uint64_t row = lane % 8, unit = lane / 8 + 4 * (step % 2);
    addresses[lane] = 1024 + 128 * row + 16 * (unit ^ row);
  }
  Fragment result;
  auto error = emulateLdMatrix(shared, addresses, result);
  EXPECT_FALSE(error) << *error;
  return result;
}

TEST_P(NVIDIALayoutTest, RefusesRowsOutsideOfSharedMemory) {
  Fragment result;
  std::vector<uint64_t> addresses(32, 8);
  EXPECT_EQ(emulateLdMatrix(std::vector<char>(64), addresses, result),
            "a row lies at 8");
  addresses.assign(32, 64);
  EXPECT_EQ(emulateLdMatrix(std::vector<char>(64), addresses, result),
            "a row lies at 64");
}

TEST_P(NVIDIALayoutTest, WarpProductsOfPackedBytes) {
  int64_t rows = 40, cols = 150, tokens = 8;
  std::mt19937 random(3);
  Bits weight = makeWeight(rows, cols, GetParam(), random);
  Bits x(tokens * cols);
  for (uint16_t &bits : x)
    bits = randomBits(GetParam(), random);
  auto packed = pack(*createMmaSpLayout(), weight, rows, cols);
  ASSERT_TRUE(succeeded(packed));
  std::vector<double> expected = getExpected(weight, x, rows, cols, tokens);
  int64_t inputBlocks = GranuleShape::getInputBlocks(cols);
  for (int64_t block = 0; block < kMmaSpGranule.getRowBlocks(rows); ++block) {
    std::vector<double> sums(128);
    for (int64_t step = 0; step < 2 * inputBlocks; ++step) {
      const char *granule = packed->data() + (block * inputBlocks + step / 2) *
                                                 kMmaSpGranule.getBytes();
      Fragment a(32), b = loadInputs(x, cols, step);
      std::vector<uint32_t> metadata(32);
      std::memcpy(a.data(), granule + step % 2 * kMmaSpGranule.getStepBytes(),
                  512);
      std::memcpy(metadata.data(), granule + kMmaSpGranule.getValueBytes(),
                  128);
      auto error =
          emulateMmaSp(getKind(), getKind(), a, b, metadata, step % 2, sums);
      ASSERT_FALSE(error) << *error;
    }
    for (int64_t i = 0; i < 128; ++i) {
      Position at = getSumPosition(i / 4, i % 4);
      int64_t row = block * 16 + at.row;
      if (row < rows) {
        EXPECT_EQ(sums[i], expected[at.col * rows + row])
            << "row " << row << " token " << at.col;
      }
    }
  }
}

TEST_P(NVIDIALayoutTest, WarpgroupProductsOfPackedBytes) {
  int64_t rows = 100, cols = 130, tokens = 24;
  std::mt19937 random(4);
  Bits weight = makeWeight(rows, cols, GetParam(), random);
  Bits x(tokens * cols);
  for (uint16_t &bits : x)
    bits = randomBits(GetParam(), random);
  auto packed = pack(*createWgmmaSpLayout(), weight, rows, cols);
  ASSERT_TRUE(succeeded(packed));
  std::vector<double> expected = getExpected(weight, x, rows, cols, tokens);
  constexpr SharedMatrix activations{SharedMatrix::Swizzle::Bytes128, 0, 1024};
  constexpr uint64_t xAddress = 1024, wAddress = 8192;
  int64_t inputBlocks = GranuleShape::getInputBlocks(cols);
  for (int64_t block = 0; block < kWgmmaSpGranule.getRowBlocks(rows); ++block) {
    std::vector<double> sums(128 * tokens / 2);
    for (int64_t kb = 0; kb < inputBlocks; ++kb) {
      std::vector<char> shared(16384);
      const char *granule = packed->data() + (block * inputBlocks + kb) *
                                                 kWgmmaSpGranule.getBytes();
      std::memcpy(shared.data() + wAddress, granule,
                  kWgmmaSpGranule.getBytes());
      for (int64_t t = 0; t < tokens; ++t)
        for (int64_t k = 0; k < kGranuleInputs; ++k)
          if (kb * kGranuleInputs + k < cols)
            std::memcpy(shared.data() + activations.getByte(xAddress, t, 2 * k),
                        &x[t * cols + kb * kGranuleInputs + k], 2);
      std::vector<uint32_t> metadata(128);
      std::memcpy(metadata.data(), granule + kWgmmaSpGranule.getValueBytes(),
                  512);
      for (int64_t step = 0; step < 2; ++step) {
        auto error = emulateWgmmaSp(
            getKind(), getKind(), tokens, shared,
            kWgmmaSpValues.getDescriptor(wAddress +
                                         step * kWgmmaSpGranule.getStepBytes()),
            activations.getDescriptor(xAddress + step * 2 * kStepInputs),
            metadata, step, sums);
        ASSERT_FALSE(error) << *error;
      }
    }
    for (int64_t lane = 0; lane < 128; ++lane)
      for (int64_t r = 0; r < tokens / 2; ++r) {
        Position at = getSumPosition(lane % 32, r);
        int64_t row = block * 64 + lane / 32 * 16 + at.row;
        if (row < rows) {
          EXPECT_EQ(sums[lane * (tokens / 2) + r],
                    expected[at.col * rows + row])
              << "row " << row << " token " << at.col;
        }
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, NVIDIALayoutTest,
                         ::testing::Values(false, true), [](const auto &info) {
                           return info.param ? "bf16" : "f16";
                         });

} // namespace
