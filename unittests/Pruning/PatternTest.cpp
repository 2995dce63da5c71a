//===- PatternTest.cpp - Tests of patterns and their subsumption -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text form, checks against shapes, and subsumption against enumeration of all
// supports.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Pattern.h"

#include "gtest/gtest.h"

using namespace sparseopt::pruning;

namespace {

std::string parseAndPrint(llvm::StringRef text) {
  llvm::Expected<Pattern> pattern = parsePattern(text, 1);
  if (!pattern)
    return llvm::toString(pattern.takeError());
  return toString(*pattern);
}

TEST(Pattern, Parse) {
  EXPECT_EQ(parseAndPrint("2:4"), "2:4 along dim 1");
  EXPECT_EQ(parseAndPrint(" 1:16 "), "1:16 along dim 1");
  EXPECT_EQ(parseAndPrint("block<4x1>"), "block<4x1>");
  EXPECT_EQ(parseAndPrint("block<8>"), "block<8>");
  EXPECT_EQ(parseAndPrint("slice"), "slice along dim 1");
  EXPECT_EQ(parseAndPrint("unstructured"), "unstructured");
}

TEST(Pattern, ParseErrors) {
  EXPECT_EQ(
      parseAndPrint("5:4"),
      "N:M pattern '5:4' needs 1 <= N <= M: N counts the nonzeros in each "
      "group of M");
  EXPECT_EQ(parseAndPrint("0:4").substr(0, 17), "N:M pattern '0:4'");
  for (const char *text : {"", "2:", ":4", "2", "2:4:8", "dense", "-1:4x"})
    EXPECT_NE(parseAndPrint(text).find("is not a sparsity pattern"),
              std::string::npos)
        << text;
  for (const char *text : {"block", "block<>", "block<0x4>", "block<4x>",
                           "block<4x4", "block<ax4>", "block<-4>"})
    EXPECT_NE(parseAndPrint(text).find("is not a block pattern"),
              std::string::npos)
        << text;
}

bool fits(const Pattern &pattern, llvm::ArrayRef<int64_t> shape) {
  llvm::Error error = verifyPattern(pattern, shape);
  bool ok = !error;
  llvm::consumeError(std::move(error));
  return ok;
}

TEST(Pattern, FitsShape) {
  EXPECT_TRUE(fits(NMPattern{2, 4, 1}, {3, 3}));
  EXPECT_FALSE(fits(NMPattern{2, 4, 2}, {3, 3}));
  EXPECT_FALSE(fits(NMPattern{2, 4, -1}, {3, 3}));
  EXPECT_FALSE(fits(NMPattern{0, 4, 0}, {3, 3}));
  EXPECT_FALSE(fits(NMPattern{2, 4, 0}, {}));
  EXPECT_TRUE(fits(BlockPattern{{4, 1}}, {8, 3, 3}));
  EXPECT_FALSE(fits(BlockPattern{{4, 1}}, {8}));
  EXPECT_FALSE(fits(BlockPattern{{0}}, {8}));
  EXPECT_FALSE(fits(BlockPattern{}, {8}));
  EXPECT_FALSE(fits(SlicePattern{1}, {8}));
  EXPECT_TRUE(fits(UnstructuredPattern{}, {}));
}

/// Whether `pattern` allows the support `bits` (one bit per element, row-major)
/// of a matrix of `rows` x `columns`.
bool allows(const Pattern &pattern, uint32_t bits, int64_t rows,
            int64_t columns) {
  auto get = [&](int64_t row, int64_t column) {
    return (bits >> (row * columns + column)) & 1;
  };
  if (auto *nm = std::get_if<NMPattern>(&pattern)) {
    int64_t lines = nm->dim == 1 ? rows : columns;
    int64_t length = nm->dim == 1 ? columns : rows;
    for (int64_t line = 0; line < lines; ++line)
      for (int64_t begin = 0; begin < length; begin += nm->m) {
        int64_t count = 0;
        for (int64_t k = begin; k < std::min(length, begin + nm->m); ++k)
          count += nm->dim == 1 ? get(line, k) : get(k, line);
        if (count > nm->n)
          return false;
      }
    return true;
  }
  int64_t height = 1, width = 1;
  if (auto *block = std::get_if<BlockPattern>(&pattern)) {
    width = block->sizes.back();
    height = block->sizes.size() == 2 ? block->sizes.front() : 1;
  } else if (auto *slice = std::get_if<SlicePattern>(&pattern)) {
    height = slice->dim == 0 ? 1 : rows;
    width = slice->dim == 0 ? columns : 1;
  }
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      if (get(row, column) !=
          get(row / height * height, column / width * width))
        return false;
  return true;
}

TEST(Implies, MatchesEnumerationOnSmallShapes) {
  std::vector<Pattern> patterns = {UnstructuredPattern{}, SlicePattern{0},
                                   SlicePattern{1}};
  for (int64_t m = 1; m <= 5; ++m)
    for (int64_t n = 1; n <= m; ++n)
      for (int64_t dim : {0, 1})
        patterns.push_back(NMPattern{n, m, dim});
  for (int64_t height = 1; height <= 3; ++height)
    for (int64_t width = 1; width <= 4; ++width)
      patterns.push_back(BlockPattern{{height, width}});
  patterns.push_back(BlockPattern{{2}});
  for (auto [rows, columns] : {std::pair<int64_t, int64_t>{2, 5},
                               {1, 10},
                               {3, 3},
                               {5, 2},
                               {1, 1},
                               {0, 4}}) {
    uint32_t numSupports = 1u << (rows * columns);
    std::vector<std::vector<bool>> allowed;
    for (const Pattern &pattern : patterns) {
      allowed.emplace_back();
      for (uint32_t bits = 0; bits < numSupports; ++bits)
        allowed.back().push_back(allows(pattern, bits, rows, columns));
    }
    for (size_t a = 0; a < patterns.size(); ++a)
      for (size_t b = 0; b < patterns.size(); ++b) {
        bool expected = true;
        for (uint32_t bits = 0; bits < numSupports; ++bits)
          expected &= !allowed[a][bits] || allowed[b][bits];
        EXPECT_EQ(implies(patterns[a], patterns[b],
                          llvm::ArrayRef<int64_t>{rows, columns}),
                  expected)
            << toString(patterns[a]) << " => " << toString(patterns[b])
            << " on " << rows << "x" << columns;
      }
  }
}

TEST(Implies, NMOnAnyLengthMatchesEnumeration) {
  // One common multiple and a half of the group sizes shows every alignment.
  for (int64_t ma = 1; ma <= 6; ++ma)
    for (int64_t na = 1; na <= ma; ++na)
      for (int64_t mb = 1; mb <= 6; ++mb)
        for (int64_t nb = 1; nb <= mb; ++nb) {
          Pattern a = NMPattern{na, ma, 0}, b = NMPattern{nb, mb, 0};
          bool expected = true;
          for (int64_t length = 1; length <= 90; ++length)
            expected &= implies(a, b, llvm::ArrayRef<int64_t>{length});
          EXPECT_EQ(implies(a, b, /*rank=*/1), expected)
              << toString(a) << " => " << toString(b);
        }
}

TEST(Implies, KnownCases) {
  auto nm = [](int64_t n, int64_t m) { return NMPattern{n, m, 1}; };
  EXPECT_TRUE(implies(nm(2, 8), nm(2, 4), 2));
  EXPECT_TRUE(implies(nm(1, 2), nm(2, 4), 2));
  EXPECT_TRUE(implies(nm(1, 4), nm(2, 4), 2));
  EXPECT_TRUE(implies(nm(2, 4), nm(4, 8), 2));
  EXPECT_TRUE(implies(nm(2, 4), nm(6, 8), 2));
  EXPECT_FALSE(implies(nm(4, 8), nm(2, 4), 2));
  EXPECT_FALSE(implies(nm(3, 6), nm(2, 4), 2));
  EXPECT_FALSE(implies(nm(2, 6), nm(2, 4), 2));
  EXPECT_FALSE(implies(nm(2, 4), NMPattern({2, 4, 0}), 2));
  EXPECT_TRUE(implies(nm(2, 4), UnstructuredPattern{}, 2));
  EXPECT_FALSE(implies(UnstructuredPattern{}, nm(2, 4), 2));
  EXPECT_TRUE(implies(BlockPattern{{16, 16}}, BlockPattern{{4, 8}}, 2));
  EXPECT_FALSE(implies(BlockPattern{{4, 8}}, BlockPattern{{16, 16}}, 2));
  EXPECT_TRUE(implies(SlicePattern{0}, BlockPattern{{1, 7}}, 2));
  EXPECT_FALSE(implies(SlicePattern{0}, BlockPattern{{2, 7}}, 2));
  EXPECT_TRUE(implies(NMPattern{1, 1000003, 0}, NMPattern{1, 999983, 0}, 1) ==
              false);
}

} // namespace
