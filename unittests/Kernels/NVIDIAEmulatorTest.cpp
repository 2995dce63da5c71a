//===- NVIDIAEmulatorTest.cpp - Tests of emulated instructions --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands of the emulated instructions are built here element by element, from the
// fragment figures of the PTX ISA and not from the tables that the emulator reads,
// and results are compared with the product of dense matrices.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "sparse-opt/Kernels/NVIDIA/Emulator.h"

#include <cmath>
#include <random>

using namespace sparseopt::nvidia;

namespace {

struct Case {
  Multiplicand type;
  int k;
  /// Nonzero groups hold `kept` of `group` elements.
  int group, kept;
  int selector;
};

/// Random elements as bits; floats get few mantissa bits, so that sums are exact.
uint32_t randomElement(Multiplicand type, std::mt19937 &random) {
  uint32_t r = random();
  switch (type) {
  case Multiplicand::F16:
    return (r & 0x8000) | 0x3800 | (r & 0x0fc0);
  case Multiplicand::BF16:
    return (r & 0x8000) | 0x3f00 | (r & 0x00ff);
  case Multiplicand::TF32:
    return (r & 0x80000000) | 0x3f000000 | (r & 0x00ff0000);
  case Multiplicand::E4M3:
    return (r & 0x80) | 0x30 | (r & 0x0f);
  case Multiplicand::E5M2:
    return (r & 0x80) | 0x38 | (r & 0x07);
  default:
    return r & 0xff;
  }
}

/// A 16 x k matrix with a pattern, its compressed form, and its nibbles.
struct SparseRows {
  SparseRows(const Case &c, std::mt19937 &random)
      : dense(16 * c.k), compressed(16 * c.k * c.kept / c.group),
        nibbles(16 * c.k / c.group) {
    for (int row = 0; row < 16; ++row)
      for (int g = 0; g < c.k / c.group; ++g) {
        int i0 = random() % 3, i1 = i0 + 1 + random() % (3 - i0);
        if (c.kept == 1)
          i0 = random() % 2;
        int at[] = {i0, i1};
        for (int slot = 0; slot < c.kept; ++slot) {
          uint32_t bits = random() % 4 ? randomElement(c.type, random) : 0;
          compressed[row * c.k * c.kept / c.group + g * c.kept + slot] = bits;
          dense[row * c.k + g * c.group + at[slot]] =
              decodeElement(c.type, bits);
        }
        nibbles[row * (c.k / c.group) + g] =
            c.kept == 1 ? (i0 ? 14 : 4) : i0 | i1 << 2;
      }
  }
  std::vector<double> dense;
  std::vector<uint32_t> compressed;
  std::vector<unsigned> nibbles;
};

/// The eight nibbles of a row from group `first` on.
uint32_t makeWord(const SparseRows &rows, int groups, int row, int first,
                  int count, int shift) {
  uint32_t word = 0;
  for (int j = 0; j < count; ++j)
    word |= rows.nibbles[row * groups + first + j] << (4 * j + shift);
  return word;
}

std::vector<uint32_t> makeMetadata(const Case &c, const SparseRows &rows) {
  std::vector<uint32_t> words(32, 0xffffffff);
  int groups = c.k / c.group;
  for (int lane = 0; lane < 32; ++lane) {
    int quad = lane / 4, t = lane % 4;
    if (c.k == 64) {
      // 8-bit types: lane 0 row q, groups 0-7; lane 1 row q + 8, groups 0-7;
      // lanes 2 and 3 the same rows, groups 8-15.
      words[lane] = makeWord(rows, groups, quad + t % 2 * 8, t / 2 * 8, 8, 0);
      continue;
    }
    // Else two lanes of the quad: rows q and q + 8 in the halves, four groups.
    int half = t - 2 * c.selector;
    if (half == 0 || half == 1)
      words[lane] = makeWord(rows, groups, quad, 4 * half, 4, 0) |
                    makeWord(rows, groups, quad + 8, 4 * half, 4, 16);
  }
  return words;
}

class EmulatorTest : public ::testing::TestWithParam<Case> {};

TEST_P(EmulatorTest, WarpProductIsThatOfDenseMatrices) {
  Case c = GetParam();
  std::mt19937 random(7);
  SparseRows rows(c, random);
  int bits = getElementBits(c.type), perRegister = 32 / bits;
  int compressedK = c.k * c.kept / c.group;
  Fragment a(32), b(32);
  std::vector<double> columns(c.k * 8);
  for (int lane = 0; lane < 32; ++lane)
    for (int r = 0; r < 4; ++r)
      for (int e = 0; e < perRegister; ++e) {
        int row = lane / 4 + (r == 1 || r == 3 ? 8 : 0);
        int col = lane % 4 * perRegister + e + (r >= 2 ? 4 * perRegister : 0);
        a[lane][r] |= rows.compressed[row * compressedK + col] << (e * bits);
        uint32_t x = randomElement(c.type, random);
        b[lane][r] |= x << (e * bits);
        int k = lane % 4 * perRegister + e + r * 4 * perRegister;
        columns[k * 8 + lane / 4] = decodeElement(c.type, x);
      }
  std::vector<double> sums(128, 0.5);
  auto error = emulateMmaSp(c.type, c.type, a, b, makeMetadata(c, rows),
                            c.selector, sums);
  ASSERT_FALSE(error) << *error;
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < 4; ++i) {
      int row = lane / 4 + (i >= 2 ? 8 : 0), col = lane % 4 * 2 + i % 2;
      double expected = 0.5;
      for (int k = 0; k < c.k; ++k)
        expected += rows.dense[row * c.k + k] * columns[k * 8 + col];
      EXPECT_EQ(sums[lane * 4 + i], expected)
          << "row " << row << " col " << col;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Types, EmulatorTest,
    ::testing::Values(Case{Multiplicand::F16, 32, 4, 2, 0},
                      Case{Multiplicand::F16, 32, 4, 2, 1},
                      Case{Multiplicand::BF16, 32, 4, 2, 0},
                      Case{Multiplicand::BF16, 32, 4, 2, 1},
                      Case{Multiplicand::TF32, 16, 2, 1, 0},
                      Case{Multiplicand::TF32, 16, 2, 1, 1},
                      Case{Multiplicand::S8, 64, 4, 2, 0},
                      Case{Multiplicand::U8, 64, 4, 2, 0},
                      Case{Multiplicand::E4M3, 64, 4, 2, 0},
                      Case{Multiplicand::E5M2, 64, 4, 2, 0}));

TEST(EmulatorErrorTest, RefusesUndefinedMetadata) {
  Fragment a(32), b(32);
  std::vector<double> sums(128);
  std::vector<uint32_t> words(32, 0x44444444);
  auto run = [&](Multiplicand type, int64_t selector) {
    return emulateMmaSp(type, type, a, b, words, selector, sums).value_or("");
  };
  EXPECT_EQ(run(Multiplicand::BF16, 0), "");
  words[5] = 0x44444454;
  EXPECT_EQ(run(Multiplicand::BF16, 0), "lane 5 has metadata 5 for group 5");
  EXPECT_EQ(run(Multiplicand::BF16, 1), "");
  EXPECT_EQ(run(Multiplicand::BF16, 2), "selector 2 is not defined");
  EXPECT_EQ(run(Multiplicand::E4M3, 1), "selector 1 is not defined");
}

TEST(EmulatorErrorTest, RefusesMatricesBeyondSharedMemory) {
  std::vector<double> sums(128 * 4);
  std::vector<uint32_t> words(128, 0x44444444);
  std::vector<char> shared(1024);
  auto error =
      emulateWgmmaSp(Multiplicand::BF16, Multiplicand::BF16, 8, shared, 256,
                     uint64_t(1) << 62 | uint64_t(64) << 32, words, 0, sums);
  EXPECT_EQ(error.value_or(""), "a reaches beyond shared memory");
}

TEST(DecodeTest, ElementsOfAllTypes) {
  EXPECT_EQ(decodeElement(Multiplicand::F16, 0x3c00), 1.0);
  EXPECT_EQ(decodeElement(Multiplicand::BF16, 0xc040), -3.0);
  EXPECT_EQ(decodeElement(Multiplicand::TF32, 0x3fc01fff), 1.5);
  EXPECT_EQ(decodeElement(Multiplicand::S8, 0xff), -1.0);
  EXPECT_EQ(decodeElement(Multiplicand::U8, 0xff), 255.0);
  EXPECT_EQ(decodeElement(Multiplicand::E4M3, 0x7e), 448.0);
  EXPECT_EQ(decodeElement(Multiplicand::E5M2, 0x3e), 1.5);
}

} // namespace
