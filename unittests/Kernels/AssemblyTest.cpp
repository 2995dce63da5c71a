//===- AssemblyTest.cpp - Instructions in the kernels' loops ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Properties of the generated instructions that the speed rests on: registers
// are not spilled, loads are folded, short loops stay rolled. Compiled for a
// fixed CPU and not run.
//
//===----------------------------------------------------------------------===//

#include "KernelJIT.h"

#include "gtest/gtest.h"
#include "sparse-opt/Kernels/Registry.h"
#include <regex>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::kerneltest;

namespace {

class AssemblyTest : public ::testing::Test {
protected:
  AssemblyTest() {
    loadKernelDialects(context);
    addCPUKernels(registry);
  }

  /// The assembly of the family's first candidate for a 2:4 weight.
  std::string compile(llvm::StringRef familyName, int64_t tokens,
                      llvm::StringRef cpu) {
    const KernelFamily *family = registry.lookupFamily(familyName);
    machine = llvm::cantFail(getMachineForCPU(cpu));
    LinearDesc desc;
    desc.outFeatures = desc.inFeatures = 1536;
    desc.weightType = desc.inputType = Float32Type::get(&context);
    desc.nmPatterns = {{2, 4}};
    desc.density = 0.5;
    desc.minTokens = desc.maxTokens = tokens;
    KernelCandidate candidate = family->getCandidates(desc, machine).front();
    KernelSpec spec;
    spec.params = candidate.params;
    spec.layoutParams = candidate.layoutParams;
    spec.outFeatures = spec.inFeatures = 1536;
    spec.tokens = tokens;
    spec.inputType = spec.weightType = spec.resultType = desc.weightType;
    spec.machine = &machine;
    return llvm::cantFail(KernelJIT::create(*family, spec, &context, cpu,
                                            /*keepAssembly=*/true))
        ->getAssembly()
        .str();
  }

  static int64_t count(const std::string &text, const char *pattern) {
    std::regex regex(pattern);
    return std::distance(std::sregex_iterator(text.begin(), text.end(), regex),
                         std::sregex_iterator());
  }

  static constexpr const char *vectorOnStack =
      "[xyz]mm[0-9]+.*rsp|rsp.*[xyz]mm";
  static constexpr const char *fma = "vfmadd[0-9]+ps";
  static constexpr const char *fmaOfMemory = "vfmadd[0-9]+ps\\s[^%]*\\(";

  MLIRContext context;
  KernelRegistry registry;
  MachineDescription machine;
};

TEST_F(AssemblyTest, DenseTileStaysInRegisters) {
  std::string avx512 = compile("cpu.dense", 8, "znver4");
  EXPECT_EQ(count(avx512, fma), 8 * 2);
  EXPECT_EQ(count(avx512, vectorOnStack), 0);
  std::string avx2 = compile("cpu.dense", 4, "x86-64-v3");
  EXPECT_EQ(count(avx2, fma), 4 * 3);
  EXPECT_EQ(count(avx2, vectorOnStack), 0);
}

TEST_F(AssemblyTest, OneTokenReadsWeightsInTheMultiply) {
  // Four panels of two vectors, all folded.
  std::string dense = compile("cpu.dense", 1, "znver4");
  EXPECT_EQ(count(dense, fmaOfMemory), 4 * 2);
  // Four groups, eight quads of two slots.
  std::string permute = compile("cpu.nm_permute", 1, "znver4");
  EXPECT_EQ(count(permute, "vpermilps"), 4 * 16);
  EXPECT_EQ(count(permute, fmaOfMemory), 4 * 16);
  EXPECT_EQ(count(permute, vectorOnStack), 0);
}

TEST_F(AssemblyTest, MaskLoopsStayRolled) {
  std::string text = compile("cpu.mask_tile", 64, "znver4");
  // Each of the 15 masks has one loop, which multiplies its rows by four
  // vectors: half of the 4 x 15 rows. Masks of one row fold the inputs.
  EXPECT_EQ(count(text, fma), 4 * 32);
  EXPECT_EQ(count(text, fmaOfMemory), 4 * 4);
}

TEST_F(AssemblyTest, RowLoopFoldsInputs) {
  // One row, four slots, eight vectors.
  std::string text = compile("cpu.nm_row", 64, "x86-64-v3");
  EXPECT_EQ(count(text, fma), 4 * 8);
  EXPECT_EQ(count(text, fmaOfMemory), 4 * 8);
}

TEST_F(AssemblyTest, BitmapExpandsRegisters) {
  std::string text = compile("cpu.bitmap_row", 1, "znver4");
  EXPECT_EQ(count(text, "vexpandps\\s%zmm"), 16);
  EXPECT_EQ(count(text, "vexpandps"), 16);
  EXPECT_EQ(count(text, "prefetcht1"), 8);
}

} // namespace
