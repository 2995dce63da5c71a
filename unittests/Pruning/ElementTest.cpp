//===- ElementTest.cpp - Tests of element access ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Magnitude keys and conversions of the element types.
//
//===----------------------------------------------------------------------===//

#include "TestWeights.h"
#include "gtest/gtest.h"

using namespace sparseopt::pruning;

namespace {

/// Keys order like magnitudes for all values of the 8- and 16-bit types.
template <typename Element, typename Bits>
void checkAllBits() {
  using Storage = typename Element::Storage;
  for (uint32_t bits = 0; bits <= std::numeric_limits<Bits>::max(); ++bits) {
    auto value = Storage(Bits(bits));
    if (!Element::isFinite(value))
      continue;
    auto key = Element::getKey(value);
    ASSERT_EQ(Element::keyToDouble(key), std::fabs(Element::toDouble(value)));
    ASSERT_EQ(key == 0, Element::toDouble(value) == 0.0);
    if (key > 0 && key < std::numeric_limits<decltype(key)>::max() / 2)
      ASSERT_LT(Element::keyToDouble(key - 1), Element::keyToDouble(key));
  }
}

TEST(Element, KeysOrderLikeMagnitudes) {
  checkAllBits<F16Element, uint16_t>();
  checkAllBits<BF16Element, uint16_t>();
  checkAllBits<I8Element, uint8_t>();
  checkAllBits<I16Element, uint16_t>();
}

TEST(Element, MostNegativeIntegerHasLargestMagnitude) {
  EXPECT_EQ(I8Element::getKey(-128), 128);
  EXPECT_EQ(I16Element::getKey(-32768), 32768);
  EXPECT_EQ(I32Element::getKey(INT32_MIN), 2147483648u);
}

TEST(Element, KnownHalfPrecisionValues) {
  EXPECT_EQ(F16Element::toDouble(0x3c00), 1.0);
  EXPECT_EQ(F16Element::toDouble(0xc500), -5.0);
  EXPECT_EQ(F16Element::toDouble(0x7bff), 65504.0);
  EXPECT_EQ(F16Element::toDouble(0x0001), 0x1p-24);
  EXPECT_TRUE(std::isinf(F16Element::toDouble(0x7c00)));
  EXPECT_TRUE(std::isnan(F16Element::toDouble(0x7e00)));
  EXPECT_EQ(BF16Element::toDouble(0xbf80), -1.0);
}

TEST(Element, Delinearize) {
  EXPECT_EQ(delinearize(23, {2, 3, 4}), (llvm::SmallVector<int64_t>{1, 2, 3}));
  EXPECT_EQ(delinearize(0, {}), (llvm::SmallVector<int64_t>{}));
}

} // namespace
