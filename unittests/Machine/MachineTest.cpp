//===- MachineTest.cpp - Tests of machine descriptions ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Detection, names, and the YAML form of machine descriptions.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "sparse-opt/Machine/Machine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace sparseopt;

/// Writes `text` to a temporary file and reads it as a machine.
static llvm::Expected<MachineDescription> readText(llvm::StringRef text) {
  llvm::SmallString<64> path;
  int file;
  EXPECT_FALSE(
      llvm::sys::fs::createTemporaryFile("machine", "yaml", file, path));
  llvm::raw_fd_ostream(file, /*shouldClose=*/true) << text;
  auto machine = readMachine(path);
  std::ignore = llvm::sys::fs::remove(path);
  return machine;
}

static std::string getReadError(llvm::StringRef text) {
  auto machine = readText(text);
  return machine ? "" : llvm::toString(machine.takeError());
}

static std::string write(const MachineDescription &machine) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeMachine(machine, os);
  return text;
}

TEST(MachineTest, RoundTrip) {
  for (const MachineDescription &machine :
       {getGenericMachine(), getZen3Machine(), getZen4Machine(),
        detectHostMachine()}) {
    std::string text = write(machine);
    auto again = readText(text);
    ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
    EXPECT_EQ(write(*again), text);
    EXPECT_EQ(again->isa, machine.isa);
    EXPECT_EQ(again->features, machine.features);
  }
}

TEST(MachineTest, LeftOutKeysKeepGenericValues) {
  auto machine = readText("name: box\nisa: avx2\nvector-bits: 256\n");
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  EXPECT_EQ(machine->name, "box");
  EXPECT_EQ(machine->l2Bytes, getGenericMachine().l2Bytes);
}

TEST(MachineTest, WrongFilesAreErrors) {
  EXPECT_NE(getReadError("name: box\n").find("isa"), std::string::npos);
  EXPECT_NE(getReadError("name: box\nisa: mmx\n").find("mmx"),
            std::string::npos);
  EXPECT_NE(
      getReadError("name: box\nisa: scalar\ncolour: red\n").find("colour"),
      std::string::npos);
  EXPECT_NE(getReadError("name: box\nisa: avx512\n").find("vector-bits"),
            std::string::npos);
  EXPECT_NE(getReadError("name: box\nisa: scalar\nclock-ghz: 0\n")
                .find("rates must be positive"),
            std::string::npos);
  EXPECT_NE(getReadError("name: box\nisa: scalar\ncores: 0\n")
                .find("must be positive"),
            std::string::npos);
  auto missing = readMachine("no/such/file.yaml");
  ASSERT_FALSE(bool(missing));
  EXPECT_NE(llvm::toString(missing.takeError()).find("no/such/file.yaml"),
            std::string::npos);
}

TEST(MachineTest, NamesDecideTheInstructionSet) {
  auto getISA = [](llvm::StringRef name) {
    return llvm::cantFail(getMachineForCPU(name)).isa;
  };
  EXPECT_EQ(getISA("generic"), ISA::Scalar);
  EXPECT_EQ(getISA("x86-64"), ISA::Scalar);
  EXPECT_EQ(getISA("x86-64-v3"), ISA::AVX2);
  EXPECT_EQ(getISA("znver3"), ISA::AVX2);
  EXPECT_EQ(getISA("x86-64-v4"), ISA::AVX512);
  EXPECT_EQ(getISA("znver4"), ISA::AVX512);
  EXPECT_EQ(getISA("skylake-avx512"), ISA::AVX512);
  auto unknown = getMachineForCPU("pentium-of-the-future");
  ASSERT_FALSE(bool(unknown));
  EXPECT_EQ(llvm::toString(unknown.takeError()),
            "unknown target CPU 'pentium-of-the-future'");
}

TEST(MachineTest, HostIsPlausible) {
  MachineDescription host = detectHostMachine();
  EXPECT_GE(host.cores, 1);
  EXPECT_GE(host.l1Bytes, 8 << 10);
  EXPECT_LE(host.l1Bytes, host.l2Bytes);
  EXPECT_FALSE(host.features.empty());
}

TEST(MachineTest, Interpolation) {
  std::vector<EfficiencyPoint> points = {{1, 0.2}, {3, 0.4}, {7, 0.8}};
  EXPECT_DOUBLE_EQ(interpolate(points, 0), 0.2);
  EXPECT_DOUBLE_EQ(interpolate(points, 2), 0.3);
  EXPECT_DOUBLE_EQ(interpolate(points, 5), 0.6);
  EXPECT_DOUBLE_EQ(interpolate(points, 100), 0.8);
}

TEST(MachineTest, LargerDataComesFromSlowerMemory) {
  MachineDescription machine = getZen4Machine();
  double last = 1e9;
  for (double bytes : {1e3, 1e5, 1e7, 1e9}) {
    EXPECT_LT(machine.getStreamGBs(bytes), last);
    last = machine.getStreamGBs(bytes);
  }
}
