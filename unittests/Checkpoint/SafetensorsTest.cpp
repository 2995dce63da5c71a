//===- SafetensorsTest.cpp - Tests of safetensors files ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is written is read again, and wrong files are refused with a sentence.
//
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include "gmock/gmock.h"
#include "sparse-opt/Checkpoint/Safetensors.h"
#include "sparse-opt/Checkpoint/SafetensorsWriter.h"

using namespace sparseopt;
using testing::ElementsAre;
using testing::HasSubstr;

/// Writes two tensors in three pieces.
static llvm::Error writeExample(llvm::StringRef path) {
  auto writer = SafetensorsWriter::create(
      path, {{"b", "F32", {2, 2}}, {"a", "I64", {1}}}, {{"format", "pt"}});
  if (!writer)
    return writer.takeError();
  (*writer)->writeValues(llvm::ArrayRef<float>{1, 2, 3});
  (*writer)->writeValues(llvm::ArrayRef<float>{4});
  (*writer)->writeValues(llvm::ArrayRef<int64_t>{7});
  return (*writer)->finish();
}

TEST(SafetensorsTest, RoundTrip) {
  TestFolder folder;
  ASSERT_EQ(getMessage(writeExample(folder.getPath("x.st"))), "");
  EXPECT_EQ(folder.count(), 1);
  auto file = SafetensorsFile::open(folder.getPath("x.st"));
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_THAT((*file)->getNames(), ElementsAre("b", "a"));
  EXPECT_EQ(*(*file)->lookupMetadata("format"), "pt");
  EXPECT_EQ((*file)->lookupMetadata("none"), nullptr);
  const SafetensorsEntry *entry = (*file)->lookup("b");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->dtype, "F32");
  EXPECT_THAT(entry->shape, ElementsAre(2, 2));
  constexpr size_t dataBytes = 24;
  EXPECT_EQ((folder.read("x.st").size() - dataBytes) % 64, 0u);
  llvm::ArrayRef<float> values(
      reinterpret_cast<const float *>(entry->bytes.data()), 4);
  EXPECT_THAT(values, ElementsAre(1, 2, 3, 4));
}

TEST(SafetensorsTest, UnfinishedFileLeavesTheOldOne) {
  TestFolder folder;
  folder.write("x.st", "old");
  {
    auto writer = SafetensorsWriter::create(folder.getPath("x.st"),
                                            {{"a", "F32", {2}}}, {});
    ASSERT_TRUE(bool(writer)) << llvm::toString(writer.takeError());
    (*writer)->writeValues(llvm::ArrayRef<float>{1});
    EXPECT_THAT(getMessage((*writer)->finish()),
                HasSubstr("got 4 bytes of data instead of 8"));
  }
  EXPECT_EQ(folder.read("x.st"), "old");
  EXPECT_EQ(folder.count(), 1);
}

TEST(SafetensorsTest, RefusesWhatCannotBeWritten) {
  TestFolder folder;
  auto create = [&](llvm::StringRef name,
                    llvm::ArrayRef<SafetensorsHeader> tensors) {
    return getMessage(
        SafetensorsWriter::create(folder.getPath(name), tensors, {}));
  };
  EXPECT_THAT(create("x", {{"a", "Q4", {2}}}),
              HasSubstr("tensor 'a' with elements of type 'Q4'"));
  EXPECT_THAT(create("x", {{"a", "F32", {2}}, {"a", "F32", {2}}}),
              HasSubstr("two tensors 'a'"));
  EXPECT_THAT(create("none/x", {}), HasSubstr("cannot be written"));
}

TEST(SafetensorsTest, RefusesCutOffFiles) {
  TestFolder folder;
  ASSERT_EQ(getMessage(writeExample(folder.getPath("x.st"))), "");
  std::string bytes = folder.read("x.st");
  for (size_t size : {size_t(0), size_t(7), size_t(20), bytes.size() - 1}) {
    folder.write("cut.st", llvm::StringRef(bytes).take_front(size));
    EXPECT_NE(getMessage(SafetensorsFile::open(folder.getPath("cut.st"))), "")
        << size;
  }
}

/// The error of a file with this header and eight bytes of data.
static std::string getHeaderError(llvm::StringRef header) {
  TestFolder folder;
  std::string bytes(8, '\0');
  bytes[0] = char(header.size());
  folder.write("x.st", bytes + header.str() + std::string(8, '\0'));
  return getMessage(SafetensorsFile::open(folder.getPath("x.st")));
}

TEST(SafetensorsTest, RefusesWrongHeaders) {
  EXPECT_EQ(getHeaderError(
                R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})"),
            "");
  EXPECT_THAT(getHeaderError("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(getHeaderError("{"), HasSubstr("not JSON"));
  EXPECT_THAT(getHeaderError(R"({"__metadata__":[]})"),
              HasSubstr("__metadata__ that is not a JSON object"));
  EXPECT_THAT(getHeaderError(R"({"__metadata__":{"k":1}})"),
              HasSubstr("metadata 'k' that is not a text"));
  EXPECT_THAT(getHeaderError(
                  R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})"),
              HasSubstr("its shape needs 12"));
  EXPECT_THAT(getHeaderError(R"({"a":{"dtype":"F32"}})"),
              HasSubstr("without dtype, shape or data_offsets"));
}
