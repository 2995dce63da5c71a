//===- NMPermuteTest.cpp - Tests of the permute kernels ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Differential tests of "cpu.nm_permute" on AVX2 and AVX-512.
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"
#include "gtest/gtest.h"

using namespace sparseopt;
using namespace sparseopt::kerneltest;

namespace {

class NMPermuteTest : public ::testing::TestWithParam<ISA> {
protected:
  Problem makeProblem(int64_t out, int64_t in, int64_t n = 2) {
    Problem p;
    p.family = "cpu.nm_permute";
    p.isa = GetParam();
    p.outFeatures = out;
    p.inFeatures = in;
    p.n = n;
    p.m = 4;
    return p;
  }
};

TEST_P(NMPermuteTest, ShapesAndTails) {
  for (int64_t n : {1, 2})
    for (auto [out, in] : getShapes())
      checkKernel(makeProblem(out, in, n), {0, 1, 2, 3, 4, 5, 7, 8, 17, 66});
}

TEST_P(NMPermuteTest, InputTails) {
  // Every remainder of the last quad and block.
  for (int64_t in : {31, 32, 33, 34, 61, 63, 64, 65})
    for (int64_t n : {1, 2})
      checkKernel(makeProblem(20, in, n), {1, 4});
}

TEST_P(NMPermuteTest, StaticTokens) {
  for (int64_t tokens : {1, 2, 3, 4, 6, 8}) {
    Problem p = makeProblem(100, 33);
    p.tokens = tokens;
    p.fused = Fused::Bias;
    checkKernel(p, {tokens});
  }
}

TEST_P(NMPermuteTest, Epilogues) {
  for (Fused fused : {Fused::Bias, Fused::Gelu, Fused::All})
    for (int64_t out : {50, 64}) {
      Problem p = makeProblem(out, 40);
      p.fused = fused;
      checkKernel(p, {1, 2, 3, 8});
    }
}

TEST_P(NMPermuteTest, BFloat16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::BF16;
  checkKernel(p, {1, 9});
  p.fused = Fused::All;
  p.input = p.result = Element::BF16;
  checkKernel(p, {1, 9});
}

TEST_P(NMPermuteTest, Float16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::F16;
  checkKernel(p, {1, 9});
  p.fused = Fused::All;
  p.input = p.result = Element::F16;
  checkKernel(p, {1, 9});
}

TEST_P(NMPermuteTest, SpecialValues) {
  Problem p = makeProblem(40, 70);
  p.adversarial = true;
  checkKernel(p, {1, 7, 33});
}

TEST_P(NMPermuteTest, AllZero) { checkKernel(makeProblem(33, 20, 0), {1, 9}); }

TEST_P(NMPermuteTest, Threads) {
  Problem p = makeProblem(130, 66);
  p.threaded = true;
  p.fused = Fused::Gelu;
  checkKernel(p, {0, 1, 2, 8, 130});
}

INSTANTIATE_TEST_SUITE_P(AllISAs, NMPermuteTest,
                         ::testing::Values(ISA::AVX2, ISA::AVX512),
                         [](const auto &info) {
                           return stringifyISA(info.param).str();
                         });

} // namespace
