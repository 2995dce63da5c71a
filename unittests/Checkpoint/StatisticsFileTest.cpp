//===- StatisticsFileTest.cpp - Tests of files of statistics ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Round trip, aliases, and each way in which a file can be the wrong one.
//
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include "gmock/gmock.h"
#include "sparse-opt/Checkpoint/StatisticsFile.h"

using namespace sparseopt;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
/// The numbers of one activation with two features.
struct Numbers {
  std::vector<double> sum{1, 2}, sumsq{5, 6}, var{0.5, 0.25}, gram{5, 1, 1, 6};

  pruning::CalibrationStatistics getView(bool withGram) const {
    pruning::CalibrationStatistics view;
    view.numTokens = 3;
    view.sum = sum;
    view.sumsq = sumsq;
    view.var = var;
    if (withGram)
      view.gram = gram;
    return view;
  }
};
} // namespace

TEST(StatisticsFileTest, RoundTripWithAliases) {
  TestFolder folder;
  std::string path = folder.getPath("s.safetensors");
  Numbers numbers;
  ASSERT_EQ(getMessage(writeStatisticsFile(
                path,
                {{"q", {"k", "v"}, numbers.getView(/*withGram=*/true)},
                 {"up", {}, numbers.getView(/*withGram=*/false)}},
                {{"samples", "9"}})),
            "");
  auto file = StatisticsFile::open(path);
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_EQ((*file)->resolve("v"), "q");
  for (const char *name : {"q", "k", "v", "up"}) {
    auto statistics = (*file)->lookup(name, 2);
    ASSERT_TRUE(bool(statistics)) << llvm::toString(statistics.takeError());
    EXPECT_EQ(statistics->numTokens, 3);
    EXPECT_THAT(statistics->sum, ElementsAre(1, 2));
    EXPECT_THAT(statistics->sumsq, ElementsAre(5, 6));
    EXPECT_THAT(statistics->var, ElementsAre(0.5, 0.25));
    if (llvm::StringRef(name) == "up")
      EXPECT_THAT(statistics->gram, IsEmpty());
    else
      EXPECT_THAT(statistics->gram, ElementsAre(5, 1, 1, 6));
  }
}

TEST(StatisticsFileTest, NamesWhatIsMissingOrMismatched) {
  TestFolder folder;
  std::string path = folder.getPath("s.safetensors");
  Numbers numbers;
  ASSERT_EQ(getMessage(writeStatisticsFile(
                path, {{"q", {}, numbers.getView(/*withGram=*/true)}})),
            "");
  auto file = StatisticsFile::open(path);
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_THAT(getMessage((*file)->lookup("other", 2)),
              HasSubstr("has no statistics for weight 'other'"));
  EXPECT_THAT(getMessage((*file)->lookup("q", 4)),
              HasSubstr("holds F64 [2] for 'q.sum', needed is F64 [4]"));
  EXPECT_THAT(getMessage((*file)->lookup("q", 4)), HasSubstr(path));
}

/// The error of looking up `q` in a file of these tensors, all of zeros.
static std::string getLookupError(llvm::ArrayRef<SafetensorsHeader> tensors,
                                  int64_t numTokens = 1) {
  TestFolder folder;
  std::string path = folder.getPath("s.safetensors");
  auto writer = SafetensorsWriter::create(path, tensors, {});
  if (!writer)
    return llvm::toString(writer.takeError());
  for (const SafetensorsHeader &tensor : tensors) {
    std::vector<char> zeros(tensor.getNumBytes());
    if (tensor.name == "q.n_tokens")
      memcpy(zeros.data(), &numTokens, zeros.size());
    (*writer)->write(zeros);
  }
  EXPECT_EQ(getMessage((*writer)->finish()), "");
  auto file = StatisticsFile::open(path);
  return file ? getMessage((*file)->lookup("q", 2))
              : getMessage(std::move(file));
}

TEST(StatisticsFileTest, RefusesWrongTensors) {
  SafetensorsHeader count{"q.n_tokens", "I64", {1}}, sum{"q.sum", "F64", {2}},
      sumsq{"q.sumsq", "F64", {2}}, var{"q.var", "F64", {2}};
  EXPECT_EQ(getLookupError({count, sum, sumsq, var}), "");
  EXPECT_THAT(getLookupError({count, sum, sumsq}),
              HasSubstr("has no tensor 'q.var'"));
  EXPECT_THAT(getLookupError({count, sum, sumsq, {"q.var", "F32", {2}}}),
              HasSubstr("holds F32 [2] for 'q.var', needed is F64 [2]"));
  EXPECT_THAT(
      getLookupError({count, sum, sumsq, var, {"q.gram", "F64", {2, 3}}}),
      HasSubstr("holds F64 [2, 3] for 'q.gram', needed is F64 [2, 2]"));
  EXPECT_THAT(getLookupError({{"q.n_tokens", "I32", {1}}, sum, sumsq, var}),
              HasSubstr("needed is I64 [1]"));
  EXPECT_THAT(getLookupError({count, sum, sumsq, var}, /*numTokens=*/0),
              HasSubstr("wrong statistics for weight 'q': n_tokens is 0"));
  EXPECT_THAT(getLookupError({{"a", "I8", {4}}, count, sum, sumsq, var}),
              HasSubstr("at a multiple of 8 bytes"));
}

/// The error of opening a file without tensors that has this alias entry.
static std::string getAliasError(llvm::StringRef alias) {
  TestFolder folder;
  std::string path = folder.getPath("s.safetensors");
  auto writer = SafetensorsWriter::create(path, {}, {{"alias", alias.str()}});
  if (!writer)
    return llvm::toString(writer.takeError());
  EXPECT_EQ(getMessage((*writer)->finish()), "");
  return getMessage(StatisticsFile::open(path));
}

TEST(StatisticsFileTest, RefusesWrongAliases) {
  EXPECT_EQ(getAliasError("{}"), "");
  EXPECT_THAT(getAliasError("{"), HasSubstr("not JSON"));
  EXPECT_THAT(getAliasError("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(getAliasError(R"({"k":"q"})"), HasSubstr("alias of 'k'"));
  EXPECT_THAT(getAliasError(R"({"k":1})"), HasSubstr("alias of 'k'"));
}

TEST(StatisticsFileTest, RefusesToWriteNaN) {
  TestFolder folder;
  Numbers numbers;
  numbers.sumsq[1] = NAN;
  EXPECT_THAT(
      getMessage(writeStatisticsFile(folder.getPath("s"),
                                     {{"q", {}, numbers.getView(false)}})),
      HasSubstr("statistics of weight 'q' are wrong: sumsq holds nan at 1"));
  EXPECT_EQ(folder.count(), 0);
}

TEST(StatisticsFileTest, RefusesFilesThatAreNone) {
  TestFolder folder;
  folder.write("x", "text");
  EXPECT_THAT(getMessage(StatisticsFile::open(folder.getPath("x"))),
              HasSubstr("too short for a safetensors file"));
  EXPECT_THAT(getMessage(StatisticsFile::open(folder.getPath("none"))),
              HasSubstr("cannot be read"));
}
